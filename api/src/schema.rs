//! The schema: what every domain offers, merged, and what a request brings along for it.

use async_graphql::{
    MergedObject, SDLExportOptions, SchemaBuilder, ValidationMode, dataloader::DataLoader,
};

use crate::{
    alliance::graphql::{AllianceMutation, AllianceQueries},
    app::App,
    auth::{
        Actor,
        graphql::{AuthMutation, AuthQuery},
    },
    batch::Batches,
    capacity::{
        graphql::{CapacityMutation, CapacityQuery},
        loader::{BedPools, Holds, Slots},
    },
    centre::{
        graphql::{CentreMutation, CentreQuery},
        loader::{Catalogues, Items},
    },
    code::CodeQuery,
    critical_value::{
        graphql::{CriticalValueMutation, CriticalValueQuery},
        loader::CriticalValues,
    },
    dispatch::{
        graphql::{DispatchMutation, DispatchQuery},
        loader::{Dispatches, Logs},
    },
    episode::{
        graphql::EpisodeQuery,
        loader::{OfPatients as Episodes, Relatives},
    },
    family_doctor::{
        graphql::{FamilyDoctorMutation, FamilyDoctorQuery},
        loader::{Members, OfPatients as Contracts, Packages, SignedWith, Teams},
    },
    file::loader::Attachments,
    follow_up::{
        graphql::{FollowUpMutation, FollowUpQuery},
        loader::{Below, Plans},
    },
    indicator::graphql::IndicatorQuery,
    network::{
        graphql::{NetworkMutation, NetworkQuery},
        loader::PractitionerLoader,
    },
    order::{
        graphql::{OrderAttachmentMutation, OrderMutation, OrderQuery, SupplyMutation},
        loader::{Orders, Reports, Specimens},
    },
    patient::{
        graphql::{AccessQuery, BreakGlassQuery, ConflictQuery, PatientMutation, PatientQuery},
        loader::{PatientLoader, TagLoader},
    },
    record::{graphql::RecordQuery, timeline::Timelines},
    referral::{
        graphql::{
            AttachmentMutation, DestinationQuery, ReferralChangeMutation, ReferralMutation,
            ReferralQuery,
        },
        loader::{ById, Legs, OfPatients},
    },
    sterile::{
        graphql::{BatchMutation, BatchQuery},
        loader::{OfOrders, SterileBatches},
    },
    supervision::{
        graphql::{SupervisionMutation, SupervisionQuery},
        loader::{VisitVersions, Visits, Yearly},
    },
    throughput::graphql::ThroughputQuery,
    training::{
        graphql::{TrainingMutation, TrainingQuery},
        loader::{Enrolments, Sessions},
    },
    volume::{
        graphql::{VolumeMutation, VolumeQuery},
        loader::{VolumeReports, VolumeVersions},
    },
};

mod change;
mod live;
mod node;
mod refused;

pub use change::{Change, ChangeKind, ChangeQuery};
pub use live::{Listening, Live, Slot, Turn};
pub use node::{Node, NodeQuery};
pub use refused::{Problem, RefusedInput};

/// What can be read.
#[derive(Default, MergedObject)]
pub struct Query(
    NodeQuery,
    AuthQuery,
    NetworkQuery,
    CapacityQuery,
    AllianceQueries,
    CentreQuery,
    PatientQuery,
    ConflictQuery,
    BreakGlassQuery,
    AccessQuery,
    ReferralQuery,
    EpisodeQuery,
    FollowUpQuery,
    OrderQuery,
    CriticalValueQuery,
    BatchQuery,
    TrainingQuery,
    FamilyDoctorQuery,
    DispatchQuery,
    RecordQuery,
    CodeQuery,
    DestinationQuery,
    ChangeQuery,
    ThroughputQuery,
    SupervisionQuery,
    VolumeQuery,
    IndicatorQuery,
);

/// What can be changed. Each field is one verb; those of one document run one after the other, and none undoes another.
#[derive(Default, MergedObject)]
pub struct Mutation(
    AuthMutation,
    NetworkMutation,
    CapacityMutation,
    AllianceMutation,
    CentreMutation,
    PatientMutation,
    ReferralMutation,
    AttachmentMutation,
    FollowUpMutation,
    ReferralChangeMutation,
    OrderMutation,
    OrderAttachmentMutation,
    CriticalValueMutation,
    SupplyMutation,
    BatchMutation,
    TrainingMutation,
    SupervisionMutation,
    VolumeMutation,
    FamilyDoctorMutation,
    DispatchMutation,
);

/// The whole schema.
pub type Schema = async_graphql::Schema<Query, Mutation, Live>;

/// The schema, run by this process.
#[must_use]
pub fn schema(app: App) -> Schema {
    builder().data(app).finish()
}

/// The schema in its definition language, as `schema.graphql` has it.
#[must_use]
pub fn sdl() -> String {
    let options = SDLExportOptions::new()
        .use_space_ident()
        .prefer_single_line_descriptions()
        .include_specified_by();
    let text = builder().finish().sdl_with_options(options);
    text.trim_end().to_owned() + "\n"
}

/// The gate in front ([`crate::http`]) is stricter than the executor; the executor alone checks inputs of which exactly one field is
/// given.
fn builder() -> SchemaBuilder<Query, Mutation, Live> {
    Schema::build(Query::default(), Mutation::default(), Live)
        .validation_mode(ValidationMode::Strict)
        .limit_recursive_depth(crate::http::MOST_LEVELS + 4)
        .disable_suggestions()
}

/// Adds the loaders of every domain to a request: each lives as long as the request, so that nobody reads what was loaded for another.
#[must_use]
pub fn with_loaders(
    request: async_graphql::Request,
    app: &App,
    actor: Option<&Actor>,
    batches: &Batches,
) -> async_graphql::Request {
    let request = match actor {
        Some(actor) => request
            .data(batched(OfPatients(app.clone(), actor.clone()), batches))
            .data(batched(Relatives(app.clone(), actor.clone()), batches))
            .data(batched(Episodes(app.clone(), actor.clone()), batches))
            .data(batched(Below(app.clone(), actor.clone()), batches))
            .data(batched(Plans(app.clone(), actor.clone()), batches))
            .data(batched(Orders(app.clone(), actor.clone()), batches))
            .data(batched(CriticalValues(app.clone(), actor.clone()), batches))
            .data(batched(SterileBatches(app.clone(), actor.clone()), batches))
            .data(batched(Enrolments(app.clone(), actor.clone()), batches))
            .data(batched(Visits(app.clone(), actor.clone()), batches))
            .data(batched(VolumeReports(app.clone(), actor.clone()), batches))
            .data(batched(Dispatches(app.clone(), actor.clone()), batches))
            .data(batched(ById(app.clone(), actor.clone()), batches)),
        None => request,
    };
    request
        .data(batched(PractitionerLoader::new(app.clone()), batches))
        .data(batched(PatientLoader::new(app.clone(), actor), batches))
        .data(batched(TagLoader::new(app.clone()), batches))
        .data(batched(Timelines(app.clone()), batches))
        .data(batched(Reports(app.clone()), batches))
        .data(batched(Specimens(app.clone()), batches))
        .data(batched(OfOrders(app.clone()), batches))
        .data(batched(Sessions(app.clone()), batches))
        .data(batched(VisitVersions(app.clone()), batches))
        .data(batched(Yearly(app.clone()), batches))
        .data(batched(VolumeVersions(app.clone()), batches))
        .data(batched(Teams(app.clone()), batches))
        .data(batched(Members(app.clone()), batches))
        .data(batched(SignedWith(app.clone()), batches))
        .data(batched(Packages(app.clone()), batches))
        .data(batched(Contracts(app.clone()), batches))
        .data(batched(Logs(app.clone()), batches))
        .data(batched(Attachments(app.clone()), batches))
        .data(batched(BedPools(app.clone()), batches))
        .data(batched(Slots(app.clone()), batches))
        .data(batched(Holds(app.clone()), batches))
        .data(batched(Items(app.clone()), batches))
        .data(batched(Catalogues(app.clone()), batches))
        .data(batched(Legs(app.clone()), batches))
}

fn batched<L>(loader: L, batches: &Batches) -> DataLoader<L>
where
    L: Send + Sync + 'static,
{
    DataLoader::new(loader, batches.clone(), batches.clone())
}
