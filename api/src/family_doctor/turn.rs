//! What the verbs of a contract on record have in common, from finding it to recording what happened.

use entity::{
    enums::{Action, ContractStatus},
    family_contract::{self, Model},
};
use sea_orm::{ColumnTrait as _, IntoActiveModel as _, sea_query::ExprTrait as _};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::{
    relation::write_parties,
    seen::{self, Seen},
    shared::{note_contract, subject},
};
use crate::{
    app::App,
    auth::Call,
    db::Txn,
    error::{Error, Problems, Result},
    policy,
    record::{
        change::{Change, note_replay, overwrite, unless_last},
        replay, version,
    },
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
    /// What is recorded of it.
    pub change: Change,
}

/// What came of beginning a turn.
pub type Begun = replay::Begun<Turn, Seen>;

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
            return before(txn, app, call, action, seen).await;
        }
        let seen = seen::require(&**txn, app, actor, on.contract).await?;
        policy::require(actor, action)?;
        let institution = policy::contract_verb(actor, &seen.row, action);
        let institution = institution.ok_or(Error::Forbidden)?;
        let change = Change {
            institution: Some(institution),
            input_hash: Some(replay::input_hash(input)?),
            ..Change::of(action)
        };
        let present = seen.row.version;
        let next =
            version::require(actor, on.version, present, "It", version::PATH).and_then(|()| {
                if seen.row.status == ContractStatus::Running {
                    Ok(())
                } else {
                    Err(refused(&seen.row, action))
                }
            });
        // Renewing leads back to where it began: without a version only the last event tells a second one from a replay.
        let sure = on.version.is_some();
        if unless_last(txn, seen.row.id, &change, next, sure)
            .await?
            .is_none()
        {
            return before(txn, app, call, action, seen).await;
        }
        Ok(Begun::Turn(Box::new(Self {
            row: seen.row,
            problems: Problems::default(),
            change,
        })))
    }

    /// The clock's turn, which nobody has to begin.
    #[must_use]
    pub fn of_clock(row: Model) -> Self {
        Self {
            row,
            problems: Problems::default(),
            change: Change {
                input_hash: Some([0; 32]),
                ..Change::of(Action::ExpireFamilyDoctorContract)
            },
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
        use family_contract::Column;
        self.check()?;
        let version = self.row.version;
        self.row.version += 1;
        self.row.updated_at = app.now();
        if self.row.status == ContractStatus::Ended {
            self.row.open_key = None;
        }
        let read = Column::Id.eq(self.row.id).and(Column::Version.eq(version));
        overwrite(txn, self.row.clone().into_active_model(), read).await?;
        write_parties(txn, &self.row).await?;
        let change = Change {
            detail,
            ..self.change
        };
        note_contract(txn, app, call, self.row, change).await
    }
}

async fn before(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    action: Action,
    seen: Seen,
) -> Result<Begun> {
    note_replay(txn, app, call.actor, action, subject(&seen.row), None).await?;
    Ok(Begun::Before(Box::new(seen)))
}

fn refused(row: &Model, action: Action) -> Error {
    Error::InvalidTransition {
        from: row.status.code(),
        action,
        allowed: Vec::new(),
        reason: Some("The contract has ended; sign another."),
    }
}
