//! Reading the audit trail: by auditors, in pages, and audited.

use api::{
    auth::Actor,
    error::Error,
    moment::Stretch,
    page::{PageArgs, Window},
    record::{
        audit::Entry,
        trail::{self, Filter},
    },
};
use chrono::Duration;
use entity::{
    audit,
    enums::{Action, AuditOutcome, Role, SubjectKind},
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryTrait as _};
use uuid::Uuid;

use crate::harness::{World, both, people::Place};

fn window(first: i32, after: Option<String>) -> Window {
    Window::parse(&PageArgs::forward(Some(first), after), trail::SORT).expect("a good window")
}

/// Entries of two accounts over ten minutes, some of a patient's.
async fn fill(w: &World, actors: &[Actor; 2], patient: Uuid) {
    for number in 0..10 {
        let action = if number % 3 == 0 {
            Action::ReadPatient
        } else {
            Action::ReadReferral
        };
        let mut entry = Entry::done(
            action,
            Some((SubjectKind::Referral, Uuid::from_u128(number))),
        );
        if number % 2 == 0 {
            entry = entry.of([patient]);
        } else {
            entry.outcome = AuditOutcome::Denied;
        }
        let actor = &actors[usize::from(number >= 6)];
        w.app
            .audit
            .write(&w.app, actor, entry)
            .await
            .expect("an entry");
        // Two entries share a moment.
        if number % 2 == 1 {
            w.wait(Duration::minutes(1));
        }
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "one story, told in order")]
fn pages_are_complete_and_newest_first() {
    both(async |w| {
        let auditor = w.actor(Role::Auditor, Place::INSTALLATION).await;
        let actors = [
            w.actor(Role::Clinician, &w.district().river).await,
            w.actor(Role::Clinician, &w.district().county).await,
        ];
        let patient = w.app.new_id();
        let start = w.now();
        fill(&w, &actors, patient).await;
        let all = |filter: Filter| {
            let (w, auditor) = (w.clone(), auditor.clone());
            async move {
                let (mut rows, mut after) = (Vec::new(), None);
                loop {
                    let page = trail::read(&w.app, &auditor, &filter, &window(2, after)).await;
                    let page = page.expect("the auditor may");
                    after = page.rows.last().map(|row| trail::cursor(row).encode());
                    rows.extend(page.rows);
                    if !page.has_next {
                        return rows;
                    }
                }
            }
        };
        let until = Stretch {
            from: Some(start),
            until: Some(start + Duration::minutes(5)),
        };
        let rows = all(Filter {
            at: until,
            ..Filter::default()
        })
        .await;
        assert_eq!(rows.len(), 10, "what reading adds comes later");
        assert!(
            rows.windows(2)
                .all(|pair| (pair[0].at, pair[0].id) > (pair[1].at, pair[1].id))
        );

        let count = async |filter: Filter| {
            let rows = all(Filter {
                at: until,
                ..filter.clone()
            })
            .await
            .len();
            let counted = trail::count(
                &w.app,
                &auditor,
                &Filter {
                    at: until,
                    ..filter
                },
            )
            .await;
            assert_eq!(counted.expect("the auditor may"), i32::try_from(rows).ok());
            rows
        };
        let plain = Filter::default;
        assert_eq!(
            count(Filter {
                account: Some(actors[1].account),
                ..plain()
            })
            .await,
            4
        );
        assert_eq!(
            count(Filter {
                action: Some(Action::ReadPatient),
                ..plain()
            })
            .await,
            4
        );
        assert_eq!(
            count(Filter {
                outcome: Some(AuditOutcome::Denied),
                ..plain()
            })
            .await,
            5
        );
        assert_eq!(
            count(Filter {
                patient: Some(patient),
                ..plain()
            })
            .await,
            5
        );
        assert_eq!(
            count(Filter {
                subject: Some(Uuid::from_u128(3)),
                ..plain()
            })
            .await,
            1
        );
        let both = Filter {
            patient: Some(patient),
            account: Some(actors[0].account),
            action: Some(Action::ReadReferral),
            ..plain()
        };
        assert_eq!(count(both).await, 2);
    });
}

#[test]
fn reading_is_audited_and_only_for_auditors() {
    both(async |w| {
        let auditor = w.actor(Role::Auditor, Place::INSTALLATION).await;
        let patient = w.app.new_id();
        let filter = Filter {
            patient: Some(patient),
            ..Filter::default()
        };
        trail::read(&w.app, &auditor, &filter, &window(20, None))
            .await
            .expect("the auditor may");
        let entries = audit::Entity::find()
            .filter(audit::Column::Action.eq(Action::ReadAudit))
            .all(w.app.db.reader())
            .await
            .expect("the trail");
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].account_id, Some(auditor.account));
        assert_eq!(entries[0].patients.0, [patient]);
        assert_eq!(entries[0].note, Some(format!("patient {patient}")));

        for role in Role::ALL.iter().filter(|role| **role != Role::Auditor) {
            let other = w.actor(*role, Place::INSTALLATION).await;
            let refused = trail::read(&w.app, &other, &filter, &window(20, None)).await;
            assert!(matches!(refused, Err(Error::Forbidden)), "{}", role.code());
            let refused = trail::count(&w.app, &other, &filter).await;
            assert!(matches!(refused, Err(Error::Forbidden)), "{}", role.code());
        }
    });
}

#[test]
fn an_index_serves_every_way_to_ask() {
    both(async |w| {
        let place = trail::cursor(&audit::Model {
            id: w.app.new_id(),
            at: w.now(),
            account_id: None,
            role: None,
            scope_kind: None,
            scope_id: None,
            region: None,
            action: Action::ReadAudit,
            subject_kind: None,
            subject_id: None,
            basis: None,
            purpose: None,
            note: None,
            outcome: AuditOutcome::Done,
            code: None,
            patients: entity::json::Ids::default(),
            request_id: w.app.new_id(),
            address: None,
        });
        let id = Some(w.app.new_id());
        for filter in [
            Filter::default(),
            Filter {
                account: id,
                ..Filter::default()
            },
            Filter {
                subject: id,
                ..Filter::default()
            },
            Filter {
                patient: id,
                ..Filter::default()
            },
        ] {
            // The first page of everything is the index read from its end, which SQLite calls a scan.
            let first = (filter.account.or(filter.subject).or(filter.patient)).map(|_| None);
            for after in first.into_iter().chain([Some(place.encode())]) {
                let statement = trail::page(&filter, &window(20, after)).build(w.app.db.backend());
                w.assert_index_serves(&statement).await;
            }
        }
    });
}
