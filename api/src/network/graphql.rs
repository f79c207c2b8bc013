//! The network in the API: types, queries and mutations.

mod community;
pub(crate) mod convert;
mod filter;
mod input;
mod input_institution;
mod institution;
mod institution_part;
mod institution_tier;
mod mutation;
mod query;
mod staff;

pub use community::{Community, ReferralLimits, SetReferralLimitsInput};
pub(crate) use filter::short;
pub use filter::{InstitutionFilter, PractitionerFilter};
pub use input::{
    CreateCommunityInput, CreateDepartmentInput, CreatePractitionerInput, LocationInput,
    RatingInput, SetCapabilitiesInput, SetInstitutionStatusInput, UpdateCommunityInput,
    UpdateDepartmentInput, UpdatePractitionerInput,
};
pub use input_institution::{CreateInstitutionInput, UpdateInstitutionInput};
pub use institution::Institution;
pub use institution_part::{Capability, Location, Rating};
pub use institution_tier::{HealthCentre, Hospital, Partner, Station};
pub use mutation::{
    CommunityPayload, DepartmentPayload, InstitutionPayload, InstitutionStatusPayload,
    NetworkMutation, PractitionerPayload,
};
pub use query::NetworkQuery;
pub use staff::{Department, Practitioner};

use async_graphql::{Context, OutputType, TypeName};

use crate::{
    error::Result,
    graphql::{self, Connection, Reply},
    network::{directory::Directory, list::Listing},
    page::{PageArgs, Window},
};

/// A page of a list that lives in memory, or the refusal of its arguments.
#[expect(clippy::unnecessary_wraps, reason = "it is what its callers answer")]
pub(crate) fn page<T: OutputType + TypeName>(
    ctx: &Context<'_>,
    args: &PageArgs,
    sort: &str,
    rows: impl FnOnce(&Directory, &Window) -> Listing<T>,
) -> Reply<Connection<T>> {
    let paged: Result<_> = graphql::app(ctx).and_then(|app| {
        let window = Window::parse(args, sort)?;
        Ok(connection(rows(&app.directory.now(), &window)))
    });
    Some(paged.map_err(|error| graphql::refusal(ctx, &error)))
}

/// A page of a list, with its cursors and its count.
pub(crate) fn connection<T: OutputType + TypeName>(listing: Listing<T>) -> Connection<T> {
    Connection::new(listing.slice, Connection::<T>::known(listing.count))
}
