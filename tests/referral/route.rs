//! Which ways a post may not go: closed ones, those of an institution that does not work, and one that the patient goes already.

use entity::enums::{InstitutionStatus, Role};
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set, IntoActiveModel as _};
use serde_json::{Value, json};

use super::{
    cast::Cast,
    census::census,
    letter::{self, with},
};
use crate::harness::{World, both};

#[test]
fn a_closed_way_is_refused_as_such() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let to = |id| json!({ "receiver": letter::institution(id) });
        let station = w.client(Role::Clinician, &d.hill_station).await;
        let nobody = json!({ "senderPractitioner": null });
        let ways = [
            (
                &cast.hill,
                with(cast.story.up(), to(d.city.id)),
                "a health centre out of the district",
            ),
            (
                &cast.hill,
                with(
                    cast.story.up(),
                    json!({ "receiver": letter::institution(d.herbs.id), "suspectedInfection": true }),
                ),
                "no fever clinic",
            ),
            (
                &cast.county,
                with(cast.story.outward(), json!({ "assessor": null })),
                "no assessor",
            ),
            (
                &cast.county,
                with(
                    cast.story.outward(),
                    json!({ "assessor": letter::practitioner(d.emergency_doctor.id) }),
                ),
                "an assessor of title 233",
            ),
            (
                &cast.county,
                with(
                    cast.story.down(),
                    json!({ "receiver": letter::institution(d.lake.id), "careSetting": "INPATIENT" }),
                ),
                "inpatients at class III",
            ),
        ];
        for (by, letter, what) in ways {
            refuse_route(&cast, by, letter, "ROUTE", what).await;
        }
        let up = with(cast.story.up(), nobody);
        let up = with(
            up,
            json!({ "urgency": "EMERGENCY", "receiver": letter::institution(d.river.id) }),
        );
        refuse_route(
            &cast,
            &station,
            up,
            "ROUTE",
            "a station to a health centre that does not manage it",
        )
        .await;
    });
}

async fn refuse_route(
    cast: &Cast,
    by: &crate::harness::client::Client,
    letter: Value,
    code: &str,
    what: &str,
) {
    let before = census(&cast.w).await;
    let answer = cast.story.ask(by, "submitReferral", letter).await;
    assert_eq!(
        answer.code("submitReferral"),
        "ROUTE_NOT_ALLOWED",
        "{what}: {}",
        answer.text
    );
    assert!(
        answer.problems().contains(&("input.receiver", code)),
        "{what}: {:?}",
        answer.problems()
    );
    assert_eq!(census(&cast.w).await.changed_since(&before), [], "{what}");
}

#[test]
fn a_suspended_institution_begins_nothing_new() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let open = cast.bring("ACCEPTED").await;
        suspend(&w, &w.district().county).await;
        refuse_route(
            &cast,
            &cast.hill,
            cast.story.up(),
            "NOT_OPERATING",
            "to a suspended hospital",
        )
        .await;
        refuse_route(
            &cast,
            &cast.county,
            cast.story.down(),
            "NOT_OPERATING",
            "from a suspended hospital",
        )
        .await;
        let urgent = json!({ "urgency": "EMERGENCY" });
        refuse_route(
            &cast,
            &cast.hill,
            with(cast.story.up(), urgent),
            "NOT_OPERATING",
            "in an emergency",
        )
        .await;
        let arrived = cast.story.arrive(&cast.county, &open, json!({})).await;
        assert_eq!(arrived.status, "ARRIVED", "what is open goes on");
    });
}

/// Suspends an institution; the directory has not heard of it yet.
pub async fn suspend(w: &World, institution: &entity::institution::Model) {
    let written = w.app.db.write(async |txn| {
        let mut row = institution.clone().into_active_model();
        row.status = Set(InstitutionStatus::Suspended);
        row.update(&*txn).await?;
        Ok(())
    });
    written.await.expect("an institution can be suspended");
}

#[test]
fn a_second_open_referral_for_the_same_illness_is_refused() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let letter = cast.story.up();
        let first = cast.story.submit(&cast.hill, letter.clone()).await;
        let strangers = w.client(Role::Clinician, &w.district().river).await;
        let before = census(&w).await;
        let answer = cast
            .story
            .ask(&cast.hill, "submitReferral", letter.clone())
            .await;
        assert_eq!(answer.code("submitReferral"), "DUPLICATE");
        assert_eq!(
            answer.error("submitReferral")["extensions"]["existing"],
            first.id
        );
        let by_another = with(
            letter.clone(),
            json!({ "senderPractitioner": letter::practitioner(w.district().river_doctor.id) }),
        );
        let blind = cast
            .story
            .ask(&strangers, "submitReferral", by_another)
            .await;
        assert_eq!(blind.code("submitReferral"), "DUPLICATE");
        assert!(
            blind.error("submitReferral")["extensions"]["existing"].is_null(),
            "not told to a stranger: {}",
            blind.text
        );
        assert_eq!(census(&w).await.changed_since(&before), []);

        let other =
            json!({ "diagnoses": [{ "code": "I10.x00", "text": "高血压", "principal": true }] });
        cast.story
            .submit(&cast.hill, with(letter.clone(), other))
            .await;
        cast.story.withdraw(&cast.hill, &first, json!({})).await;
        let again = cast.story.submit(&cast.hill, letter.clone()).await;
        let urgent = with(letter.clone(), json!({ "urgency": "EMERGENCY" }));
        let emergency = cast.story.submit(&cast.hill, urgent).await;
        cast.story.withdraw(&cast.hill, &again, json!({})).await;
        let answer = cast.story.ask(&cast.hill, "submitReferral", letter).await;
        let existing = &answer.error("submitReferral")["extensions"]["existing"];
        assert_eq!(
            *existing, emergency.id,
            "an emergency is refused by none and refuses another"
        );
    });
}
