//! Who reads whose figures.

use entity::enums::{LegAnswer::Accepted, ReferralDirection::Up, Role, Sex};
use serde_json::{Value, json};

use super::{ask, history::History, span};
use crate::{
    harness::{World, both, client::Client, fixtures::REGION, people::Place},
    referral::letter::{institution, with},
};

/// How many patients were referred up there, as the client is told; none where it is told nothing.
async fn up(by: &Client, of: Value) -> Option<f64> {
    let month = with(
        span("2026-02-01", "2026-02-28"),
        json!({ "codes": ["REFERRED_UP"] }),
    );
    let answer = ask(by, with(month, of)).await.ok();
    answer.data("indicators")[0]["value"].as_f64()
}

/// One patient of `hill` in `general`, and two of `lake` in `traditional`, arrived in February.
async fn three(w: &World) {
    let d = w.district();
    let history = History::begin(w).await;
    let patient = history.patient(Sex::Male, None).await;
    for (from, to) in [
        (&d.hill, &d.county),
        (&d.lake, &d.herbs),
        (&d.lake, &d.herbs),
    ] {
        let case = history
            .letter(Up, (from, to), patient, "2026-02-02 09:00")
            .answered(Accepted, "2026-02-02 10:00")
            .arrived("2026-02-03 09:00");
        history.tell(&case).await;
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "one actor after the other")]
fn each_counts_its_own_area_and_nothing_beside() {
    both(async |w| {
        three(&w).await;
        let d = w.district();
        let community = |community: &entity::community::Model| json!({ "community": api::id::encode(api::id::Kind::Community, community.id) });
        let of = |one: &entity::institution::Model| json!({ "institution": institution(one.id) });
        let region = |region: &str| json!({ "region": region });
        let own = json!({});
        let regulator = w.client(Role::Regulator, REGION).await;
        let province = w.client(Role::Regulator, "33").await;
        let elsewhere = w.client(Role::Regulator, "44").await;
        let manager = w.client(Role::CommunityManager, &d.general).await;
        let lead = w.client(Role::InstitutionAdmin, &d.county).await;
        let lead_office = w.client(Role::Coordinator, &d.county).await;
        let hill = w.client(Role::Coordinator, &d.hill).await;
        let hill_admin = w.client(Role::InstitutionAdmin, &d.hill).await;
        let station = w.client(Role::InstitutionAdmin, &d.hill_station).await;
        let neurology = w.client(Role::Coordinator, &d.neurology).await;
        for (who, by, asked, count) in [
            ("regulator", &regulator, own.clone(), Some(3.0)),
            (
                "regulator, a community",
                &regulator,
                community(&d.traditional),
                Some(2.0),
            ),
            (
                "regulator, an institution",
                &regulator,
                of(&d.hill),
                Some(1.0),
            ),
            ("regulator, its city", &regulator, region("3301"), None),
            (
                "regulator, another district",
                &regulator,
                region("330106"),
                None,
            ),
            (
                "regulator, a hospital outside",
                &regulator,
                of(&d.city),
                None,
            ),
            (
                "regulator of the province",
                &province,
                region(REGION),
                Some(3.0),
            ),
            (
                "regulator of the province, a hospital of the city",
                &province,
                of(&d.city),
                Some(0.0),
            ),
            ("regulator elsewhere", &elsewhere, own.clone(), Some(0.0)),
            (
                "regulator elsewhere, here",
                &elsewhere,
                community(&d.general),
                None,
            ),
            ("manager", &manager, own.clone(), Some(1.0)),
            ("manager, a member", &manager, of(&d.hill), Some(1.0)),
            ("manager, a member of another", &manager, of(&d.lake), None),
            (
                "manager, another community",
                &manager,
                community(&d.traditional),
                None,
            ),
            ("manager, the region", &manager, region(REGION), None),
            ("lead hospital, itself", &lead, own.clone(), Some(0.0)),
            (
                "lead hospital, what it leads",
                &lead,
                community(&d.general),
                Some(1.0),
            ),
            (
                "lead hospital, a member",
                &lead_office,
                of(&d.hill),
                Some(1.0),
            ),
            (
                "lead hospital, another community",
                &lead,
                community(&d.traditional),
                None,
            ),
            ("health centre", &hill, own.clone(), Some(1.0)),
            (
                "health centre, its station",
                &hill_admin,
                of(&d.hill_station),
                Some(0.0),
            ),
            (
                "health centre, another's station",
                &hill,
                of(&d.river_station),
                None,
            ),
            (
                "health centre, its community",
                &hill,
                community(&d.general),
                None,
            ),
            ("station, itself", &station, own.clone(), Some(0.0)),
            ("station, its health centre", &station, of(&d.hill), None),
        ] {
            assert_eq!(up(by, asked).await, count, "{who}");
        }
        assert_eq!(up(&neurology, own.clone()).await, None, "a department");
        assert_eq!(up(&neurology, of(&d.county)).await, None, "a department");
    });
}

#[test]
fn nobody_else_reads_any() {
    both(async |w| {
        let d = w.district();
        let month = span("2026-02-01", "2026-02-28");
        for client in [
            w.client(Role::Clinician, &d.county).await,
            w.client(Role::Integration, &d.county).await,
            w.client(Role::Technician, &d.county).await,
            w.client(Role::Monitor, Place::INSTALLATION).await,
            w.client(Role::Monitor, REGION).await,
            w.client(Role::SystemAdmin, Place::INSTALLATION).await,
            w.client(Role::Auditor, Place::INSTALLATION).await,
        ] {
            let answer = ask(&client, month.clone()).await;
            assert_eq!(answer.code("indicators"), "FORBIDDEN", "{}", answer.text);
        }
        let answer = ask(&w.anonymous(), month).await;
        assert_eq!(answer.errors()[0]["extensions"]["code"], "UNAUTHENTICATED");
    });
}
