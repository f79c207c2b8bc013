//! The table's second half: which view of an object shows which of its fields, by domain.md, section 2.

mod account;
mod centre;
mod network;
mod patient;
mod referral;

use super::schema::Schema;

/// Where a field is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// To whoever sees the object at all.
    Always,
    /// To whoever sees the object; it says what the viewer may see and do, so that it differs between viewers.
    OfViewer,
    /// As far as the viewer has a relation to what it leads to; nothing with the header.
    Related,
    /// To whoever sees more than the header.
    Content,
    /// To whoever sees more than the header; of a sensitive diagnosis, only inside the treating relation.
    Clinical,
    /// To whoever sees the patient, masked outside the treating relation.
    Masked,
    /// Inside the treating relation.
    Plain,
}

/// Name of an object, where it shows these of its fields, and the fields.
pub type Line = (&'static str, Shown, &'static str);

/// Every field of every object.
pub fn lines() -> impl Iterator<Item = &'static Line> {
    [
        referral::FIELDS,
        patient::FIELDS,
        centre::FIELDS,
        network::FIELDS,
        account::FIELDS,
    ]
    .into_iter()
    .flatten()
}

/// Where a field is shown, by the object's own line or that of an interface; none where it has no line.
pub fn shown(schema: &Schema, object: &str, field: &str) -> Option<Shown> {
    let own = |object: &str| {
        let line = lines().find(|(name, _, fields)| {
            *name == object && fields.split_whitespace().any(|name| name == field)
        });
        line.map(|(_, shown, _)| *shown)
    };
    let interfaces = schema.objects.get(object).map(|object| &object.interfaces);
    own(object).or_else(|| {
        let mut interfaces = interfaces.into_iter().flatten();
        interfaces.find_map(|interface| own(interface))
    })
}
