//! What the rules say, printed for people to review: who may do what, who sees what, which ways are open, what a letter must contain.

use std::{collections::BTreeSet, fmt::Write as _, sync::Arc};

use api::{
    network::directory::Directory,
    policy::{self, View},
    referral::{
        required::{self, When},
        route::{self, Journey},
    },
};
use entity::{
    enums::{
        Action, CareSetting, Facility, FunctionalClass, InstitutionStatus, ReferralDirection,
        ReferralReason, ReferralStatus, Role, ScopeKind, Urgency, VisitType,
    },
    institution, referral, referral_party,
};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::blank;
use crate::harness::{both, fixtures::District, snapshot};

#[test]
fn who_may_do_what() {
    let mut text = heading(
        "Which role may do what",
        "A dot is no. Where a role may act, its scope and the side of the referral decide further.",
    );
    row(&mut text, 28, "", Role::ALL.iter().map(|role| short(*role)));
    for action in Action::ALL {
        let cells = Role::ALL.iter().map(|role| {
            if policy::permits(&BTreeSet::from([*role]), *action) {
                "yes"
            } else {
                "."
            }
        });
        row(&mut text, 28, action.code(), cells);
    }
    text.push_str("\nWhich role a kind of scope is granted with\n\n");
    row(&mut text, 28, "", Role::ALL.iter().map(|role| short(*role)));
    for scope in [
        ScopeKind::Institution,
        ScopeKind::Community,
        ScopeKind::Region,
        ScopeKind::Installation,
    ] {
        let cells = Role::ALL.iter().map(|role| {
            if policy::scope_roles(scope).contains(role) {
                "yes"
            } else {
                "."
            }
        });
        row(&mut text, 28, scope.code(), cells);
    }
    legend(&mut text);
    snapshot("role_action", &text);
}

#[test]
fn who_sees_what() {
    both(async |w| {
        let (directory, d) = (w.app.directory.now(), w.district());
        let mut text = heading(
            "How much of a referral is seen, by role, relation and status",
            "all: everything, the identity number masked. masked: the patient masked, sensitive diagnoses and their text withheld.\n\
             header: number, parties, department, direction, status, urgency, care setting and times. -: not at all.",
        );
        let relations = [
            ("sender", d.river_station.id),
            ("receiver", d.lake_station.id),
            ("its-manager", d.river.id),
            ("recv-manager", d.lake.id),
            ("community", d.general.id),
            ("stranger", d.herbs.id),
        ];
        for role in Role::ALL {
            let held = BTreeSet::from([*role]);
            if !policy::permits(&held, Action::ReadReferral) {
                let _ = writeln!(text, "{}: no referral\n", role.code());
                continue;
            }
            let _ = writeln!(text, "{}", role.code());
            row(
                &mut text,
                24,
                "",
                relations.iter().map(|relation| relation.0),
            );
            for status in ReferralStatus::ALL {
                let written = referral::Model {
                    status: *status,
                    sender_id: d.river_station.id,
                    receiver_id: Some(d.lake_station.id),
                    sender_community_id: Some(d.general.id),
                    receiver_community_id: Some(d.traditional.id),
                    submitted_at: (*status != ReferralStatus::Draft).then(|| w.now()),
                    ..blank::row(w.now())
                };
                let parties = policy::parties(&directory, &written, w.now());
                let cells = relations
                    .iter()
                    .map(|(_, scope)| seen(&held, &parties, *scope, w.now()));
                row(&mut text, 24, status.code(), cells);
            }
            text.push('\n');
        }
        snapshot("visibility", &text);
    });
}

fn seen(
    roles: &BTreeSet<Role>,
    parties: &[referral_party::Model],
    scope: Uuid,
    now: DateTime<Utc>,
) -> &'static str {
    let Some(party) = parties.iter().find(|party| party.scope_id == scope) else {
        return "-";
    };
    let open = party.content_until.is_none_or(|until| now < until);
    match policy::view(roles, party.basis, party.treating, open) {
        View::Treating => "all",
        View::Masked => "masked",
        View::Header => "header",
    }
}

#[test]
fn what_a_letter_must_contain() {
    let mut text = heading(
        "What is required before a referral is posted",
        "yes: required. A dot: may be left out.",
    );
    let up = Some(ReferralDirection::Up);
    let down = Some(ReferralDirection::Down);
    let columns = [
        ("EMERGENCY", up, Urgency::Emergency, VisitType::Inpatient),
        ("UP/OUT/LATERAL", up, Urgency::Routine, VisitType::Inpatient),
        (
            "DOWN-outpat.",
            down,
            Urgency::Routine,
            VisitType::Outpatient,
        ),
        (
            "DOWN-inpatient",
            down,
            Urgency::Routine,
            VisitType::Inpatient,
        ),
    ];
    wide(&mut text, "", columns.iter().map(|column| column.0));
    for (field, when, _) in required::TABLE {
        let cells = columns.iter().map(|(_, direction, urgency, visit)| {
            if When::applies(when, *direction, Some(*urgency), Some(*visit)) {
                "yes"
            } else {
                "."
            }
        });
        wide(&mut text, field, cells);
    }
    text.push_str("\nWhich reason belongs to which direction\n\n");
    wide(
        &mut text,
        "",
        ReferralDirection::ALL
            .iter()
            .map(|direction| direction.code()),
    );
    for reason in ReferralReason::ALL {
        let cells = ReferralDirection::ALL.iter().map(|direction| {
            if required::reason_fits(*reason, *direction) {
                "yes"
            } else {
                "."
            }
        });
        wide(&mut text, reason.code(), cells);
    }
    snapshot("required_fields", &text);
}

/// What a journey is beside the two institutions, as a row of the table of routes names it.
fn journeys() -> [(&'static str, Journey); 6] {
    let plain = Journey {
        urgency: Some(Urgency::Routine),
        care_setting: Some(CareSetting::Outpatient),
        green_channel: false,
        suspected_infection: false,
        assessed: false,
    };
    [
        ("plain", plain),
        (
            "inpatient",
            Journey {
                care_setting: Some(CareSetting::Inpatient),
                ..plain
            },
        ),
        (
            "green channel",
            Journey {
                green_channel: true,
                ..plain
            },
        ),
        (
            "suspected infection",
            Journey {
                suspected_infection: true,
                ..plain
            },
        ),
        (
            "assessed by 231/232",
            Journey {
                assessed: true,
                ..plain
            },
        ),
        (
            "EMERGENCY",
            Journey {
                urgency: Some(Urgency::Emergency),
                care_setting: Some(CareSetting::Inpatient),
                suspected_infection: true,
                ..plain
            },
        ),
    ]
}

#[test]
fn which_ways_are_open() {
    both(async |w| {
        let (directory, d) = (w.app.directory.now(), w.district());
        let mut text = heading(
            "Which ways are open, from each institution of a small district to each other",
            "Direction and reach are derived; then, for each kind of journey, whether it is open: yes, or a dot.\n\
             general (g): hospital county, fever clinic; health centres river (class I, sub-centre for hill, fever sentinel clinic) and hill (class II); stations river_st and hill_st.\n\
             traditional (t): hospital herbs; health centre lake (class III); station lake_st. Partners (p): city and province outside the district, nursing home inside.",
        );
        let _ = write!(
            text,
            "{:<14}{:<14}{:<10}{:<16}",
            "from", "to", "direction", "reach"
        );
        for (name, _) in journeys() {
            let _ = write!(text, "{name:<21}");
        }
        trim(&mut text);
        for (from, sender) in named(d) {
            for (to, receiver) in named(d) {
                line(&mut text, &directory, (from, sender), (to, receiver));
            }
            text.push('\n');
        }
        snapshot("routes", &text);
    });
}

fn line(
    text: &mut String,
    directory: &Directory,
    (from, sender): (&str, &institution::Model),
    (to, receiver): (&str, &institution::Model),
) {
    let direction = route::direction(directory, sender, receiver).code();
    let reach = route::reach(sender, receiver).code();
    let _ = write!(text, "{from:<14}{to:<14}{direction:<10}{reach:<16}");
    for (_, journey) in journeys() {
        let open = route::obstacles(directory, sender, receiver, journey, "receiver").is_empty();
        let _ = write!(text, "{:<21}", if open { "yes" } else { "." });
    }
    trim(text);
}

fn named(d: &District) -> [(&'static str, &institution::Model); 11] {
    [
        ("g-river_st", &d.river_station),
        ("g-hill_st", &d.hill_station),
        ("t-lake_st", &d.lake_station),
        ("g-river", &d.river),
        ("g-hill", &d.hill),
        ("t-lake", &d.lake),
        ("g-county", &d.county),
        ("t-herbs", &d.herbs),
        ("p-city", &d.city),
        ("p-province", &d.province),
        ("p-nursing", &d.nursing_home),
    ]
}

#[test]
fn only_two_that_operate_begin_something_new() {
    both(async |w| {
        let (directory, d) = (w.app.directory.now(), w.district());
        let [(_, plain), .., (_, emergency)] = journeys();
        for status in InstitutionStatus::ALL {
            let (county, hill) = (
                institution::Model {
                    status: *status,
                    ..d.county.clone()
                },
                institution::Model {
                    status: *status,
                    ..d.hill.clone()
                },
            );
            let open = |sender, receiver, journey| {
                route::obstacles(&directory, sender, receiver, journey, "receiver").is_empty()
            };
            let operates = *status == InstitutionStatus::Operating;
            for journey in [plain, emergency] {
                assert_eq!(open(&d.hill, &county, journey), operates, "to {status:?}");
                assert_eq!(open(&hill, &d.county, journey), operates, "from {status:?}");
            }
        }
    });
}

#[test]
fn a_station_goes_elsewhere_in_its_community_while_its_health_centre_does_not_work() {
    both(async |w| {
        let d = w.district();
        let [(_, plain), ..] = journeys();
        let open = |directory: &Directory| {
            route::obstacles(directory, &d.hill_station, &d.river, plain, "receiver").is_empty()
        };
        assert!(!open(&w.app.directory.now()), "while hill works");
        let mut directory = Directory::default();
        for institution in d.institutions() {
            let mut known = institution.clone();
            if known.id == d.hill.id {
                known.status = InstitutionStatus::Suspended;
            }
            directory.institutions.insert(known.id, Arc::new(known));
        }
        assert!(open(&directory), "while hill is suspended");
        let lake = route::obstacles(&directory, &d.hill_station, &d.lake, plain, "receiver");
        assert!(!lake.is_empty(), "not out of its community");
    });
}

#[test]
fn facilities_and_classes_decide_where_a_patient_may_lie() {
    both(async |w| {
        let (directory, d) = (w.app.directory.now(), w.district());
        let [_, (_, inpatient), _, (_, infection), ..] = journeys();
        for class in FunctionalClass::ALL {
            let lake = institution::Model {
                functional_class: Some(*class),
                ..d.lake.clone()
            };
            let open =
                route::obstacles(&directory, &d.county, &lake, inpatient, "receiver").is_empty();
            assert_eq!(open, *class != FunctionalClass::III, "{class:?}");
        }
        for facility in Facility::ALL {
            let mut herbs = d.herbs.clone();
            herbs.facilities.0 = vec![*facility];
            let open =
                route::obstacles(&directory, &d.lake, &herbs, infection, "receiver").is_empty();
            let fever = matches!(
                facility,
                Facility::FeverClinic | Facility::FeverSentinelClinic
            );
            assert_eq!(open, fever, "{facility:?}");
        }
    });
}

fn heading(title: &str, note: &str) -> String {
    format!("{title}\n{note}\n\n")
}

fn row<'a>(text: &mut String, first: usize, name: &str, cells: impl Iterator<Item = &'a str>) {
    let _ = write!(text, "{name:<first$}");
    for cell in cells {
        let _ = write!(text, "{cell:<14}");
    }
    trim(text);
}

fn wide<'a>(text: &mut String, name: &str, cells: impl Iterator<Item = &'a str>) {
    let _ = write!(text, "{name:<32}");
    for cell in cells {
        let _ = write!(text, "{cell:<16}");
    }
    trim(text);
}

fn trim(text: &mut String) {
    text.truncate(text.trim_end_matches(' ').len());
    text.push('\n');
}

const fn short(role: Role) -> &'static str {
    match role {
        Role::Clinician => "clinician",
        Role::Coordinator => "coordinator",
        Role::Technician => "technician",
        Role::Diagnostician => "diagnostic.",
        Role::DispatchOfficer => "dispatch",
        Role::InstitutionAdmin => "inst.admin",
        Role::CommunityManager => "community",
        Role::Regulator => "regulator",
        Role::SystemAdmin => "system",
        Role::SecurityAdmin => "security",
        Role::Auditor => "auditor",
        Role::Integration => "integration",
        Role::Monitor => "monitor",
    }
}

fn legend(text: &mut String) {
    text.push_str("\nThe columns are the roles ");
    let names: Vec<&str> = Role::ALL.iter().map(|role| role.code()).collect();
    let _ = writeln!(text, "{}.", names.join(", "));
}
