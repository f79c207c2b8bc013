//! The verbs of orders: parse, call one service function, wrap.

use async_graphql::{Context, Object, SimpleObject, Union};
use entity::enums::Action;

use super::{
    super::{seen::Seen, service},
    Order,
    place_input::{PlaceOrderInput, RecogniseResultInput},
    report_input::{AmendReportInput, ReportOrderInput, ReviewOrderInput},
    verb_input::{
        CancelOrderInput, ClaimOrderInput, CollectSpecimenInput, ReceiveOrderInput,
        RecordExaminationInput, ReleaseOrderInput, ResubmitOrderInput, ReturnOrderInput,
        SendSpecimenInput,
    },
};
use crate::{
    graphql::{Reply, operate},
    record::replay::Changed,
    schema::RefusedInput,
};

/// What a verb answers.
#[derive(SimpleObject)]
pub struct OrderPayload {
    /// The order as it is now.
    pub order: Order,
    /// Whether nothing was changed because the same had been done before.
    pub replayed: bool,
}

impl From<Changed<Seen>> for OrderPayload {
    fn from(changed: Changed<Seen>) -> Self {
        Self {
            order: Order::new(changed.object),
            replayed: changed.replayed,
        }
    }
}

/// What a verb of several orders answers.
#[derive(SimpleObject)]
pub struct OrdersPayload {
    /// The orders as they are now, at most 50.
    pub orders: Vec<Order>,
    /// Whether nothing was changed because the same had been done before.
    pub replayed: bool,
}

impl From<Changed<Vec<Seen>>> for OrdersPayload {
    fn from(changed: Changed<Vec<Seen>>) -> Self {
        Self {
            orders: changed.object.into_iter().map(Order::new).collect(),
            replayed: changed.replayed,
        }
    }
}

/// What came of one of many orders.
#[derive(Union)]
#[expect(
    clippy::large_enum_variant,
    reason = "a result lives as long as it takes to answer it"
)]
pub enum PlaceOrderResult {
    /// It is placed.
    Placed(PlacedOrder),
    /// It was refused.
    Refused(RefusedInput),
}

/// One of many orders, placed.
#[derive(SimpleObject)]
pub struct PlacedOrder {
    /// Its place in the list, from 0.
    pub index: usize,
    /// What placing it alone would have answered.
    #[graphql(flatten)]
    pub payload: OrderPayload,
}

/// The verbs of orders.
#[derive(Default)]
pub struct OrderMutation;

/// The verbs of orders.
#[Object]
impl OrderMutation {
    /// Places an order to a shared centre 申请. A result that could be recognised refuses it with RECOGNITION_AVAILABLE, unless `overrideReason` says
    /// why it is made again. For `CLINICIAN`, `COORDINATOR` and `INTEGRATION` of an institution that the centre serves.
    async fn place_order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is ordered, for whom.")] input: PlaceOrderInput,
    ) -> Reply<OrderPayload> {
        operate(ctx, Action::PlaceOrder, async |app, call| {
            Ok(service::place(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Places up to 100 orders, one after the other; each stands alone.
    async fn place_orders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The orders, 1 to 100.")] inputs: Vec<PlaceOrderInput>,
    ) -> Reply<Vec<PlaceOrderResult>> {
        operate(ctx, Action::PlaceOrder, async |app, call| {
            let named = inputs.iter().map(|input| input.external_id.clone());
            let named: Vec<_> = named.collect();
            let inputs = inputs.into_iter().map(PlaceOrderInput::parse).collect();
            let outcomes = service::place_each(app, &call, inputs).await?;
            let outcomes = outcomes.into_iter().zip(named).enumerate();
            let results = outcomes.map(|(index, (outcome, external_id))| match outcome {
                Ok(changed) => PlaceOrderResult::Placed(PlacedOrder {
                    index,
                    payload: changed.into(),
                }),
                Err(error) => {
                    let refused = RefusedInput::new(ctx, index, external_id, &error);
                    PlaceOrderResult::Refused(refused)
                }
            });
            Ok(results.collect())
        })
        .await
    }

    /// Recognises an earlier result 结果互认 in place of a new examination: the order is RECOGNISED at once, and whoever asked for it goes on
    /// reading that result.
    async fn recognise_result(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What would have been ordered, and what answers it.")]
        input: RecogniseResultInput,
    ) -> Reply<OrderPayload> {
        operate(ctx, Action::RecogniseResult, async |app, call| {
            Ok(service::recognise(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// The examination was made, at the requester or the centre; the clock of the report begins. For `TECHNICIAN`.
    async fn record_examination(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which order, and by whom.")] input: RecordExaminationInput,
    ) -> Reply<OrderPayload> {
        operate(ctx, Action::RecordExamination, async |app, call| {
            let input = input.parse()?;
            Ok(service::record_examination(app, &call, input).await?.into())
        })
        .await
    }

    /// A specimen was drawn under a barcode, for one or several orders of a patient to one centre; all of them or none. For `TECHNICIAN`.
    async fn collect_specimen(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "For which orders, and what was drawn.")] input: CollectSpecimenInput,
    ) -> Reply<OrdersPayload> {
        operate(ctx, Action::CollectSpecimen, async |app, call| {
            let input = input.parse()?;
            Ok(service::collect_specimen(app, &call, input).await?.into())
        })
        .await
    }

    /// Specimens are on their way to the centre. For `TECHNICIAN` of the requester; what was drawn at the centre's own hospital is not sent.
    async fn send_specimen(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of which orders.")] input: SendSpecimenInput,
    ) -> Reply<OrdersPayload> {
        operate(ctx, Action::SendSpecimen, async |app, call| {
            let input = input.parse()?;
            Ok(service::send_specimen(app, &call, input).await?.into())
        })
        .await
    }

    /// The centre has the specimens, or the used packs; the clock of the report begins. For `TECHNICIAN` of the centre.
    async fn receive_order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of which orders.")] input: ReceiveOrderInput,
    ) -> Reply<OrdersPayload> {
        operate(ctx, Action::ReceiveOrder, async |app, call| {
            Ok(service::receive(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Takes an order to work on it; of two at once one wins. For `DIAGNOSTICIAN` of the centre.
    async fn claim_order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which order.")] input: ClaimOrderInput,
    ) -> Reply<OrderPayload> {
        operate(ctx, Action::ClaimOrder, async |app, call| {
            Ok(service::claim(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Puts an order back for somebody else: its claimer, or a colleague when the claimer has gone off shift. For `DIAGNOSTICIAN` of the centre.
    async fn release_order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which order.")] input: ReleaseOrderInput,
    ) -> Reply<OrderPayload> {
        operate(ctx, Action::ReleaseOrder, async |app, call| {
            Ok(service::release(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Reports what was found. The report is released at once, preliminary where a review is to follow. For the `DIAGNOSTICIAN` who claimed it.
    async fn report_order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which orders it answers, and what it says.")] input: ReportOrderInput,
    ) -> Reply<OrdersPayload> {
        operate(ctx, Action::ReportOrder, async |app, call| {
            Ok(service::report(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Reviews a report, by another `DIAGNOSTICIAN` of the centre than who reported it; or confirms the opinion of a consultation, by whoever asked
    /// for it.
    async fn review_order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which report, by an order that it answers.")] input: ReviewOrderInput,
    ) -> Reply<OrdersPayload> {
        operate(ctx, Action::ReviewOrder, async |app, call| {
            Ok(service::review(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Amends a report: a further version, preliminary until it is reviewed where a review is required. The one before stays readable, and
    /// everybody who could read it is told. For `DIAGNOSTICIAN` of the centre.
    async fn amend_report(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which report, by an order that it answers, and what it says now.")]
        input: AmendReportInput,
    ) -> Reply<OrdersPayload> {
        operate(ctx, Action::AmendReport, async |app, call| {
            Ok(service::amend(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Sends an order back to its requester with a coded reason; its clock stands still meanwhile. For `TECHNICIAN` and `DIAGNOSTICIAN` of the
    /// centre.
    async fn return_order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which order, and why.")] input: ReturnOrderInput,
    ) -> Reply<OrderPayload> {
        operate(ctx, Action::ReturnOrder, async |app, call| {
            let input = input.parse()?;
            Ok(service::return_order(app, &call, input).await?.into())
        })
        .await
    }

    /// Places a returned order again. For whoever may place one.
    async fn resubmit_order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which order.")] input: ResubmitOrderInput,
    ) -> Reply<OrderPayload> {
        operate(ctx, Action::ResubmitOrder, async |app, call| {
            Ok(service::resubmit(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Cancels an order before somebody works on it; a consultation until its opinion is there. For whoever may place one.
    async fn cancel_order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which order, and why.")] input: CancelOrderInput,
    ) -> Reply<OrderPayload> {
        operate(ctx, Action::CancelOrder, async |app, call| {
            Ok(service::cancel(app, &call, input.parse()?).await?.into())
        })
        .await
    }
}
