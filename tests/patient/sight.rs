//! Who sees a patient is looked up by the patient: an institution has to do with more people every day.

use api::patient::loader::{Sight, visible};
use entity::{enums::Role, patient};
use sea_orm::{ColumnTrait as _, QueryFilter as _, QueryTrait as _};

use crate::harness::both;

#[test]
fn who_sees_a_patient_is_looked_up_by_the_patient() {
    both(async |w| {
        let actor = w.actor(Role::Clinician, &w.district().hill).await;
        let sight = Sight::of(&actor).expect("a clinician sees patients");
        let one = patient::Column::Id.eq(w.app.new_id());
        let statement = visible(sight, w.now()).filter(one);
        let statement = statement.build(w.app.db.backend());
        for table in [
            "patient_party",
            "referral_party",
            "follow_up_party",
            "order_party",
            "critical_value_party",
            "family_contract_party",
        ] {
            w.assert_finds_by(&statement, (table, "patient_id")).await;
        }
    });
}
