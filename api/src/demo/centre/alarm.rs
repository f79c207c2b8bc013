//! Critical values of the demo: told, known, and acted upon.

use entity::enums::{CriticalChannel, Role};

use super::{finding, play::Scene};
use crate::{critical_value::service as alarms, error::Result, order::seen::Key};

impl Scene<'_> {
    pub(super) async fn raise(&mut self) -> Result<()> {
        let actor = self.worker(Role::Diagnostician, 0)?;
        let about = self.state.orders.iter().find(|row| row.item_code == "K");
        let Some(row) = about.or(self.state.orders.first()) else {
            return Ok(());
        };
        let input = alarms::Raise {
            order: Key::Id(row.id),
            version: Some(row.version),
            occurred_at: None,
            finding: finding::alarm(self.job).into(),
            code: None,
            raised_by: self.named(&actor, 0)?,
        };
        let raised = alarms::raise(self.app, &actor.at("demo"), input).await?;
        self.state.alarm = Some(raised.object.row);
        Ok(())
    }

    pub(super) async fn acknowledge(&mut self) -> Result<()> {
        let Some(on) = self.alarm() else {
            return Ok(());
        };
        let actor = self.asker()?;
        let doctor = self.cast.doctors(self.job.from).next();
        let input = alarms::Acknowledge {
            on,
            read_back: finding::alarm(self.job).into(),
            channel: CriticalChannel::Phone,
            acknowledged_by: doctor.map(|one| one.id),
        };
        let seen = alarms::acknowledge(self.app, &actor.at("demo"), input).await?;
        self.state.alarm = Some(seen.object.row);
        Ok(())
    }

    pub(super) async fn resolve(&mut self) -> Result<()> {
        let Some(on) = self.alarm() else {
            return Ok(());
        };
        let actor = self.asker()?;
        let input = alarms::Resolve {
            on,
            resolution: "已电话通知患者返院，予紧急处理并复查。".into(),
        };
        let seen = alarms::resolve(self.app, &actor.at("demo"), input).await?;
        self.state.alarm = Some(seen.object.row);
        Ok(())
    }

    /// The alarm as it stands; the clock counts no version.
    fn alarm(&self) -> Option<alarms::On> {
        self.state.alarm.as_ref().map(|row| alarms::On {
            critical_value: row.id,
            version: Some(row.version),
            occurred_at: None,
        })
    }
}
