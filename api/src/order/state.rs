//! What may follow: the life of an order as one table, keyed by workflow. Pure: no connection, no clock.
//!
//! The same table is the guard of every verb, the source of `availableActions`, the diagram in the documentation and what the
//! exhaustive test walks through. No other line of the service computes the status of an order.

use entity::{
    enums::{Action, CentreKind, OrderSide, OrderStatus, ReviewRule},
    order,
};

use Action::{
    AmendReport, AttachToOrder, CancelOrder, ClaimOrder, CollectSpecimen, DeliverOrder,
    ProcessOrder, RaiseCriticalValue, ReceiveOrder, RecordExamination, ReleaseOrder, ReportOrder,
    ResubmitOrder, ReturnOrder, ReviewOrder, SendSpecimen,
};
use OrderSide::{Centre, Requester};
use OrderStatus::{
    Cancelled, Claimed, Collected, Delivered, Examined, InTransport, Processed, Received,
    Recognised, Reported, Requested, Returned, Reviewed,
};
use Workflow::{Consultation, Examination, Specimen, Supply};

use crate::blocked;
pub use crate::blocked::Blocked;

/// The verbs of an order, in the order in which people meet them.
pub const VERBS: [Action; 16] = [
    RecordExamination,
    CollectSpecimen,
    SendSpecimen,
    ReceiveOrder,
    ProcessOrder,
    DeliverOrder,
    ClaimOrder,
    ReleaseOrder,
    ReportOrder,
    ReviewOrder,
    AmendReport,
    RaiseCriticalValue,
    ReturnOrder,
    ResubmitOrder,
    CancelOrder,
    AttachToOrder,
];

/// Which way an order goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Workflow {
    /// Examined below, read at the centre: imaging, ECG, ultrasound.
    Examination,
    /// Drawn below, examined at the centre: laboratory, pathology.
    Specimen,
    /// An expert's opinion from afar.
    Consultation,
    /// Used packs come, sterile ones go.
    Supply,
}

impl Workflow {
    /// Every way.
    pub const ALL: [Self; 4] = [Examination, Specimen, Consultation, Supply];

    /// The way of the orders to such a centre; none of a centre that takes no orders.
    #[must_use]
    pub const fn of(kind: CentreKind) -> Option<Self> {
        match kind {
            CentreKind::Imaging | CentreKind::Ecg | CentreKind::Ultrasound => Some(Examination),
            CentreKind::Laboratory | CentreKind::Pathology => Some(Specimen),
            CentreKind::RemoteConsultation => Some(Consultation),
            CentreKind::SterileSupply => Some(Supply),
            CentreKind::SkillsTraining => None,
        }
    }
}

/// What the table asks of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Which way it goes.
    pub workflow: Workflow,
    /// Where it stands.
    pub status: OrderStatus,
    /// Where it stood before it was claimed.
    pub before: OrderStatus,
    /// Whether its specimen was drawn at the centre's own hospital, from where nothing has to travel.
    pub drawn_at_host: bool,
    /// Whether a second person has to look at its report.
    pub review: ReviewRule,
    /// Whether a batch that it holds packs of is recalled, and nobody said what became of them.
    pub recalled: bool,
}

impl Facts {
    /// The facts of an order.
    #[must_use]
    pub fn of(row: &order::Model) -> Self {
        let workflow = Workflow::of(row.kind).unwrap_or(Supply);
        Self {
            workflow,
            status: row.status,
            before: row.status_before.unwrap_or(first_to_claim(workflow)),
            drawn_at_host: row.requested_by_id == row.host_id,
            review: row.review,
            recalled: row.recalled,
        }
    }
}

/// The status that the verb leads to when that side calls it.
pub const fn next(facts: &Facts, side: OrderSide, action: Action) -> Result<OrderStatus, Blocked> {
    match (action, side, facts.workflow, facts.status) {
        // Below or at the centre; after a return at once, with a new image or a new specimen.
        (RecordExamination, _, Examination, Requested | Returned) => Ok(Examined),
        (CollectSpecimen, _, Specimen, Requested | Returned) => Ok(Collected),
        (SendSpecimen, Requester, Specimen, Collected) if facts.drawn_at_host => Err(Blocked::Now(
            "It was drawn at the centre's own hospital: the centre receives it.",
        )),
        (SendSpecimen, Requester, Specimen, Collected) => Ok(InTransport),
        (ReceiveOrder, Centre, Specimen, InTransport)
        | (ReceiveOrder, Centre, Supply, Requested) => Ok(Received),
        (ReceiveOrder, Centre, Specimen, Collected) if facts.drawn_at_host => Ok(Received),
        (ReceiveOrder, Centre, Specimen, Collected) => {
            Err(Blocked::Now("It has not been sent yet."))
        }
        (ProcessOrder, Centre, Supply, Received) => Ok(Processed),
        // What is recalled before it left the centre is processed again.
        (ProcessOrder, Centre, Supply, Processed) if facts.recalled => Ok(Processed),
        (DeliverOrder, Centre, Supply, Processed) if facts.recalled => {
            Err(Blocked::Now("A batch of it is recalled: process it again."))
        }
        (DeliverOrder, Centre, Supply, Processed) => Ok(Delivered),

        (ClaimOrder, Centre, Examination, Examined)
        | (ClaimOrder, Centre, Specimen, Received)
        | (ClaimOrder, Centre, Consultation, Requested) => Ok(Claimed),
        (ReleaseOrder, Centre, _, Claimed) => Ok(facts.before),
        (ReviewOrder, Centre, Examination | Specimen, Reported)
        | (ReviewOrder, Requester, Consultation, Reported) => Ok(Reviewed),
        // What was reviewed is not, once it is changed.
        (ReportOrder, Centre, _, Claimed) | (AmendReport, Centre, _, Reported | Reviewed) => {
            Ok(Reported)
        }
        // Somebody has to know it at once: before the report is written, with it, or after it.
        (
            RaiseCriticalValue,
            Centre,
            Examination | Specimen,
            Examined | Received | Claimed | Reported | Reviewed,
        ) => Ok(facts.status),

        (
            ReturnOrder,
            Centre,
            _,
            Requested | Examined | Collected | InTransport | Received | Claimed,
        ) => Ok(Returned),
        (ResubmitOrder, Requester, _, Returned) => Ok(Requested),
        (
            CancelOrder,
            Requester,
            _,
            Requested | Examined | Collected | InTransport | Received | Returned,
        )
        | (CancelOrder, Requester, Consultation, Claimed) => Ok(Cancelled),

        // What was taken comes late, or from the other side.
        (AttachToOrder, _, _, Cancelled | Recognised) => Err(Blocked::Never),
        (AttachToOrder, _, _, status) => Ok(status),

        _ => Err(Blocked::Never),
    }
}

/// Where an order has to stand to be claimed.
#[must_use]
pub const fn first_to_claim(workflow: Workflow) -> OrderStatus {
    match workflow {
        Examination => Examined,
        Specimen | Supply => Received,
        Consultation => Requested,
    }
}

/// Whether the clock of the order begins in this status; that of a consultation begins at the agreed time.
#[must_use]
pub const fn begins_clock(workflow: Workflow, status: OrderStatus) -> bool {
    matches!(
        (workflow, status),
        (Examination, Examined) | (Specimen | Supply, Received) | (Consultation, Claimed)
    )
}

/// Whether a result in this status is final, so that it can be recognised elsewhere.
#[must_use]
pub const fn is_final(status: OrderStatus, review: ReviewRule) -> bool {
    match status {
        Reviewed => true,
        Reported => matches!(review, ReviewRule::Optional),
        _ => false,
    }
}

/// The verbs that lead out of the present status for that side, each with what blocks it now.
pub fn following(
    facts: &Facts,
    side: OrderSide,
) -> impl Iterator<Item = (Action, Option<&'static str>)> {
    blocked::following(VERBS, move |action| next(facts, side, action))
}

/// Whose move it is; none where nothing is expected any more.
#[must_use]
pub const fn awaiting(facts: &Facts) -> Option<OrderSide> {
    match (facts.workflow, facts.status) {
        (Examination | Specimen, Requested) | (Specimen, Collected) | (_, Returned) => {
            Some(Requester)
        }
        (Consultation, Reported) => Some(Requester),
        (Examination | Specimen | Supply, Reported) => match facts.review {
            ReviewRule::Required => Some(Centre),
            ReviewRule::Optional => None,
        },
        (_, Requested | Examined | Collected | InTransport | Received | Processed | Claimed) => {
            Some(Centre)
        }
        (_, Reviewed | Delivered | Recognised | Cancelled) => None,
    }
}
