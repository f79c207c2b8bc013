//! What placing and recognising take.

use async_graphql::{ID, InputObject, OneofObject};
use entity::{
    enums::{RecognitionOverride, Urgency},
    order_content::OutsideResult,
};

use super::super::service::{Earlier, Place, Recognise};
use crate::{
    error::Result,
    id::Kind,
    moment::Moment,
    patient::graphql::PatientRefInput,
    referral::graphql::{Parser, ReferralKey},
};

/// An order to a shared centre 申请.
#[derive(InputObject)]
pub struct PlaceOrderInput {
    /// The requester's own id 外部单号: the same one is the same order.
    pub external_id: Option<String>,
    /// The requisition 申请单号 that it is part of; the order's own number where left out.
    pub requisition: Option<String>,
    /// The patient: known, or registered by this call. Sterile supply has none.
    pub patient: Option<PatientRefInput>,
    /// The institution that asks for it; the caller's own where left out. A health centre's system may name one of its stations.
    pub requested_by: Option<ID>,
    /// The practitioner who asks for it; the caller where left out.
    pub requester: Option<ID>,
    /// The centre, to be sure that the item is its own.
    pub centre: Option<ID>,
    /// What is ordered: an item of a centre that serves the institution.
    pub item: ID,
    /// How urgent it is; ROUTINE where left out.
    pub priority: Option<Urgency>,
    /// The referral that it belongs to, whose sides then see the order.
    pub referral: Option<ReferralKey>,
    /// What is to be answered, with what is known 临床诊断与检查目的.
    pub question: Option<String>,
    /// How many packs 包数, of sterile supply.
    pub quantity: Option<i32>,
    /// Why it is made again although a result could be recognised 不予互认理由; without it such an order is refused with RECOGNITION_AVAILABLE.
    pub override_reason: Option<RecognitionOverride>,
    /// The same in words; required with OTHER.
    pub override_text: Option<String>,
    /// When it was written, for whoever works offline: at most 30 days back.
    pub occurred_at: Option<Moment>,
}

impl PlaceOrderInput {
    pub(super) fn parse(self) -> Result<Place> {
        let mut parser = Parser::new("input");
        let place = self.read(&mut parser);
        parser.finish(place)
    }

    fn read(self, parser: &mut Parser<'_>) -> Option<Place> {
        let patient = self.patient.and_then(|patient| {
            let path = parser.at("patient");
            let read = patient.parse(&path, &mut parser.problems);
            parser.keep(read).flatten()
        });
        let requested_by = parser.id(Kind::Institution, "requestedBy", self.requested_by.as_ref());
        let requester = parser.id(Kind::Practitioner, "requester", self.requester.as_ref());
        let centre = parser.id(Kind::SharedCentre, "centre", self.centre.as_ref());
        let item = parser.id(Kind::CatalogueItem, "item", Some(&self.item));
        let referral = self.referral.as_ref().and_then(|key| {
            let path = parser.at("referral");
            parser.keep(key.parse(&path))
        });
        let occurred_at = parser.moment("occurredAt", self.occurred_at);
        Some(Place {
            external_id: self.external_id,
            requisition: self.requisition,
            patient,
            requested_by,
            requester,
            centre,
            item: item?,
            priority: self.priority,
            referral,
            question: self.question,
            quantity: self.quantity,
            override_reason: self.override_reason,
            override_text: self.override_text,
            occurred_at,
        })
    }
}

/// An earlier result that answers an order at once.
#[derive(OneofObject)]
pub enum EarlierResultInput {
    /// A result of this network: the order that it answers, out of `recognisableResults`.
    Order(ID),
    /// A result of an institution outside it.
    Outside(OutsideResultInput),
}

/// A result of an institution outside the network.
#[derive(InputObject)]
pub struct OutsideResultInput {
    /// The institution that made it.
    pub institution: String,
    /// When it was made; inside the window in which results of the item are recognised.
    pub at: Moment,
    /// Whether it bears the mark of mutual recognition HR 互认标识.
    pub marked: bool,
    /// The file with the result, `fil_…`, that the same account has stored (`POST /files`) within the last 24 hours.
    pub file: Option<ID>,
}

/// An order that an earlier result answers 互认.
#[derive(InputObject)]
pub struct RecogniseResultInput {
    /// The result.
    pub result: EarlierResultInput,
    /// What would have been ordered.
    #[graphql(flatten)]
    pub order: PlaceOrderInput,
}

impl RecogniseResultInput {
    pub(super) fn parse(self) -> Result<Recognise> {
        let mut parser = Parser::new("input");
        let result = match self.result {
            EarlierResultInput::Order(id) => {
                let id = parser.id(Kind::Order, "result.order", Some(&id));
                id.map(Earlier::Order)
            }
            EarlierResultInput::Outside(outside) => {
                let at = parser.moment("result.outside.at", Some(outside.at));
                let file = outside.file.as_ref();
                let file = parser.id(Kind::File, "result.outside.file", file);
                at.map(|at| {
                    Earlier::Outside(OutsideResult {
                        institution: outside.institution,
                        at,
                        marked: outside.marked,
                        file,
                    })
                })
            }
        };
        let place = self.order.read(&mut parser);
        parser.finish(
            place
                .zip(result)
                .map(|(place, result)| Recognise { place, result }),
        )
    }
}
