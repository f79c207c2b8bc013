//! What the verbs of a contract on record have in common, from finding it to recording what happened.

use entity::{
    enums::{Action, ContractStatus},
    family_contract::{self, Model},
};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::NotSet, ColumnTrait as _, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _,
};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::{
    relation::write_parties,
    seen::{self, Seen},
    shared::{note_contract, note_replay, stale},
};
use crate::{
    app::App,
    auth::Call,
    db::Txn,
    error::{Error, ProblemCode, Problems, Result},
    policy,
    record::replay,
};

/// The verbs of a running contract, in the order in which people meet them.
pub const VERBS: [Action; 3] = [
    Action::RenewFamilyDoctorContract,
    Action::MoveFamilyDoctorContract,
    Action::EndFamilyDoctorContract,
];

/// What every verb names: the contract, and the version that the caller saw.
#[derive(Clone, Debug, Serialize)]
pub struct On {
    /// The contract.
    pub contract: Uuid,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
}

/// A verb's turn at a contract.
pub struct Turn {
    /// The contract, to be changed.
    pub row: Model,
    /// What is wrong with the input so far.
    pub problems: Problems,
    /// For which institution it is done.
    pub institution: Uuid,
    /// Hash of the input.
    pub input_hash: [u8; 32],
    action: Action,
}

/// What came of beginning a turn.
pub enum Begun {
    /// It may go on.
    Turn(Box<Turn>),
    /// It was taken before; this is the contract now.
    Before(Box<Seen>),
}

impl Turn {
    /// Begins a verb's turn: it was not taken before, the actor sees the contract, may do this, and it runs.
    pub async fn begin(
        txn: &Txn,
        app: &App,
        call: &Call<'_>,
        action: Action,
        on: &On,
        input: &impl Serialize,
    ) -> Result<Begun> {
        let actor = call.actor;
        if let Some(known) = replay::known(txn, app, call).await? {
            let seen = seen::require(&**txn, app, actor, known).await?;
            note_replay(txn, app, call, action, &seen.row).await?;
            return Ok(Begun::Before(Box::new(seen)));
        }
        let seen = seen::require(&**txn, app, actor, on.contract).await?;
        policy::require(actor, action)?;
        let institution = policy::contract_verb(actor, &seen.row, action);
        let institution = institution.ok_or(Error::Forbidden)?;
        if on.version.is_none() && policy::must_name_version(actor) {
            let message = "Name the version that you saw.";
            return Err(Error::invalid(
                "input.version",
                ProblemCode::Required,
                message,
            ));
        }
        let input_hash = replay::input_hash(input)?;
        let present = seen.row.version;
        let refusal = if on.version.is_some_and(|version| version != present) {
            Some(stale(present))
        } else if seen.row.status == ContractStatus::Running {
            None
        } else {
            Some(refused(&seen.row, action))
        };
        // Renewing leads back to where it began: without a version only the last event tells a second one from a replay.
        if refusal.is_some() || on.version.is_none() {
            let id = seen.row.id;
            if replay::was_last(txn, id, action, Some(institution), input_hash).await? {
                note_replay(txn, app, call, action, &seen.row).await?;
                return Ok(Begun::Before(Box::new(seen)));
            }
        }
        if let Some(refusal) = refusal {
            return Err(refusal);
        }
        Ok(Begun::Turn(Box::new(Self {
            row: seen.row,
            problems: Problems::default(),
            institution,
            input_hash,
            action,
        })))
    }

    /// The clock's turn, which nobody has to begin.
    #[must_use]
    pub fn of_clock(row: Model) -> Self {
        Self {
            problems: Problems::default(),
            institution: row.institution_id,
            input_hash: [0; 32],
            action: Action::ExpireFamilyDoctorContract,
            row,
        }
    }

    /// Refuses the input if anything is wrong with it.
    pub fn check(&mut self) -> Result<()> {
        std::mem::take(&mut self.problems).finish()
    }

    /// Ends the turn: changes the row if nobody was faster, renews who sees it, and records what happened.
    pub async fn finish(
        mut self,
        txn: &Txn,
        app: &App,
        call: &Call<'_>,
        detail: Value,
    ) -> Result<Seen> {
        self.check()?;
        let version = self.row.version;
        self.row.version += 1;
        self.row.updated_at = app.now();
        if self.row.status == ContractStatus::Ended {
            self.row.open_key = None;
        }
        let mut change = self.row.clone().into_active_model().reset_all();
        change.id = NotSet;
        let changed = family_contract::Entity::update_many()
            .set(change)
            .filter(family_contract::Column::Id.eq(self.row.id))
            .filter(family_contract::Column::Version.eq(version))
            .exec(&**txn)
            .await?;
        if changed.rows_affected == 0 {
            return Err(Error::Overtaken);
        }
        write_parties(txn, &self.row).await?;
        let by_clock = call.actor.is_system();
        let institution = (!by_clock).then_some(self.institution);
        let noted = (self.action, institution, Some(self.input_hash), detail);
        note_contract(txn, app, call, &self.row, noted).await
    }
}

fn refused(row: &Model, action: Action) -> Error {
    Error::InvalidTransition {
        from: row.status.code(),
        action,
        allowed: Vec::new(),
        reason: Some("The contract has ended; sign another."),
    }
}
