//! A small district as a test finds it: two communities, their hospitals, health centres and stations, and the partners around them.
//!
//! | Name | What it is |
//! |---|---|
//! | `county` | general hospital, 3 A, stroke and chest-pain centre, fever clinic; leads `general` |
//! | `herbs` | traditional-medicine hospital, 2 A; leads `traditional` |
//! | `river` | health centre of `general`, class I, sub-centre that radiates to `hill` |
//! | `hill` | health centre of `general`, class II |
//! | `lake` | health centre of `traditional`, class III |
//! | `river_station`, `hill_station`, `lake_station` | stations, each managed by its health centre |
//! | `city` | hospital outside the district that has an account here |
//! | `province` | hospital outside the district without one |
//! | `nursing_home` | local partner without an account |

use api::{app::App, db::Txn, error::Result, id};
use chrono::{DateTime, Utc};
use entity::{
    capability, community, community_lead, department,
    enums::{Facility, FunctionalClass, HospitalGrade, InstitutionStatus, Qualification, Tier},
    institution,
    json::{Facilities, Ratings, Texts},
    practitioner, radiation,
};
use sea_orm::{EntityTrait, IntoActiveModel};
use uuid::Uuid;

/// The region of the district by GB/T 2260.
pub const REGION: &str = "330108";

/// The rows of the district. The table above says what they are.
#[derive(Clone, Debug)]
pub struct District {
    pub general: community::Model,
    pub traditional: community::Model,
    pub county: institution::Model,
    pub herbs: institution::Model,
    pub river: institution::Model,
    pub hill: institution::Model,
    pub lake: institution::Model,
    pub river_station: institution::Model,
    pub hill_station: institution::Model,
    pub lake_station: institution::Model,
    pub city: institution::Model,
    pub province: institution::Model,
    pub nursing_home: institution::Model,
    /// Neurology of `county`.
    pub neurology: department::Model,
    /// Emergency department of `county` (specialty 20).
    pub emergency: department::Model,
    /// Internal medicine of `county`.
    pub internal: department::Model,
    /// Emergency department of `herbs` (specialty 20).
    pub herbs_emergency: department::Model,
    /// Encephalopathy 脑病科 of `herbs`.
    pub herbs_brain: department::Model,
    /// General department of `river`.
    pub river_general: department::Model,
    /// Neurology of `city`.
    pub city_neurology: department::Model,
    /// Associate chief physician (title 232) in `neurology`: may assess for a referral out of the district.
    pub neurologist: practitioner::Model,
    /// Attending physician (233) in `emergency`.
    pub emergency_doctor: practitioner::Model,
    /// Chief physician (231) of `herbs_brain`.
    pub herbs_doctor: practitioner::Model,
    /// Attending physician (233) of `river`.
    pub river_doctor: practitioner::Model,
    /// Physician (234) of `hill`.
    pub hill_doctor: practitioner::Model,
    /// Assistant physician (235) of `lake`.
    pub lake_doctor: practitioner::Model,
    /// Village doctor of `river_station`.
    pub village_doctor: practitioner::Model,
    /// Village doctor of `lake_station`.
    pub lake_village_doctor: practitioner::Model,
    /// Chief physician (231) of `city`.
    pub city_doctor: practitioner::Model,
}

impl District {
    /// Writes the district into an empty database.
    pub async fn found(app: &App) -> Result<Self> {
        let district = Self::draw(app.now());
        app.db
            .write(async |txn| district.insert(&txn).await)
            .await?;
        app.directory.refresh(&app.db).await?;
        Ok(district)
    }

    #[expect(clippy::too_many_lines, reason = "one list, and nothing else")]
    fn draw(at: DateTime<Utc>) -> Self {
        let draw = Draw { at };
        let general = draw.community("滨江区总医院医共体");
        let traditional = draw.community("滨江区中医院医共体");
        let county = institution::Model {
            level: Some(3),
            grade: Some(HospitalGrade::A),
            community_id: Some(general.id),
            surgery_ceiling: Some(4),
            facilities: Facilities(vec![
                Facility::StrokeCentre,
                Facility::ChestPainCentre,
                Facility::FeverClinic,
            ]),
            ..draw.institution("H001", "滨江区总医院", Tier::Hospital, "A100")
        };
        let herbs = institution::Model {
            level: Some(2),
            grade: Some(HospitalGrade::A),
            community_id: Some(traditional.id),
            surgery_ceiling: Some(3),
            ..draw.institution("H002", "滨江区中医院", Tier::Hospital, "A210")
        };
        let river = institution::Model {
            community_id: Some(general.id),
            functional_class: Some(FunctionalClass::I),
            sub_centre: true,
            surgery_ceiling: Some(2),
            facilities: Facilities(vec![Facility::FeverSentinelClinic, Facility::TcmHall]),
            ..draw.institution("C001", "江畔中心卫生院", Tier::HealthCentre, "C210")
        };
        let hill = institution::Model {
            community_id: Some(general.id),
            functional_class: Some(FunctionalClass::II),
            surgery_ceiling: Some(1),
            ..draw.institution("C002", "青山卫生院", Tier::HealthCentre, "C220")
        };
        let lake = institution::Model {
            community_id: Some(traditional.id),
            functional_class: Some(FunctionalClass::III),
            ..draw.institution("C003", "镜湖社区卫生服务中心", Tier::HealthCentre, "B100")
        };
        let river_station = draw.station("S001", "江畔村卫生室", &river);
        let hill_station = draw.station("S002", "青山村卫生室", &hill);
        let lake_station = draw.station("S003", "镜湖社区卫生服务站", &lake);
        let city = institution::Model {
            outside_district: true,
            level: Some(3),
            grade: Some(HospitalGrade::A),
            region: Some("330106".into()),
            ..draw.institution("P001", "市第一医院", Tier::Partner, "A100")
        };
        let province = institution::Model {
            outside_district: true,
            level: Some(3),
            grade: Some(HospitalGrade::Special),
            region: Some("330102".into()),
            ..draw.institution("P002", "省人民医院", Tier::Partner, "A100")
        };
        let nursing_home = draw.institution("P003", "夕阳红护理院", Tier::Partner, "A700");

        let neurology = draw.department(&county, "0303", "神经内科", "03.04");
        let emergency = draw.department(&county, "2000", "急诊科", "20");
        let internal = draw.department(&county, "0300", "内科", "03");
        let herbs_emergency = draw.department(&herbs, "2000", "急诊科", "20");
        let herbs_brain = draw.department(&herbs, "5003", "脑病科", "50.01");
        let river_general = draw.department(&river, "0200", "全科医疗科", "02");
        let city_neurology = draw.department(&city, "0303", "神经内科", "03.04");

        let doctor = Qualification::Physician;
        Self {
            neurologist: practitioner::Model {
                department_id: Some(neurology.id),
                ..draw.practitioner(&county, "1001", "沈明远", doctor, Some("232"))
            },
            emergency_doctor: practitioner::Model {
                department_id: Some(emergency.id),
                ..draw.practitioner(&county, "1002", "顾长风", doctor, Some("233"))
            },
            herbs_doctor: practitioner::Model {
                department_id: Some(herbs_brain.id),
                ..draw.practitioner(&herbs, "2001", "叶问芝", doctor, Some("231"))
            },
            river_doctor: draw.practitioner(&river, "3001", "方小满", doctor, Some("233")),
            hill_doctor: draw.practitioner(&hill, "4001", "石青松", doctor, Some("234")),
            lake_doctor: draw.practitioner(
                &lake,
                "5001",
                "苏映雪",
                Qualification::AssistantPhysician,
                Some("235"),
            ),
            village_doctor: draw.practitioner(
                &river_station,
                "6001",
                "田大山",
                Qualification::VillageDoctor,
                None,
            ),
            lake_village_doctor: draw.practitioner(
                &lake_station,
                "7001",
                "姜秋实",
                Qualification::VillageDoctor,
                None,
            ),
            city_doctor: draw.practitioner(&city, "8001", "钟南星", doctor, Some("231")),
            general,
            traditional,
            county,
            herbs,
            river,
            hill,
            lake,
            river_station,
            hill_station,
            lake_station,
            city,
            province,
            nursing_home,
            neurology,
            emergency,
            internal,
            herbs_emergency,
            herbs_brain,
            river_general,
            city_neurology,
        }
    }

    async fn insert(&self, txn: &Txn) -> Result<()> {
        rows::<community::Entity, _>(txn, &[&self.general, &self.traditional]).await?;
        // Whoever manages comes before whoever is managed.
        rows::<institution::Entity, _>(txn, &self.institutions()).await?;
        rows::<community_lead::Entity, _>(
            txn,
            &[
                &community_lead::Model {
                    community_id: self.general.id,
                    hospital_id: self.county.id,
                },
                &community_lead::Model {
                    community_id: self.traditional.id,
                    hospital_id: self.herbs.id,
                },
            ],
        )
        .await?;
        rows::<radiation::Entity, _>(
            txn,
            &[&radiation::Model {
                sub_centre_id: self.river.id,
                institution_id: self.hill.id,
            }],
        )
        .await?;
        let capabilities = self.capabilities();
        rows::<capability::Entity, _>(txn, &capabilities.iter().collect::<Vec<_>>()).await?;
        rows::<department::Entity, _>(txn, &self.departments()).await?;
        rows::<practitioner::Entity, _>(txn, &self.practitioners()).await
    }

    /// Every institution.
    pub fn institutions(&self) -> [&institution::Model; 11] {
        [
            &self.county,
            &self.herbs,
            &self.river,
            &self.hill,
            &self.lake,
            &self.river_station,
            &self.hill_station,
            &self.lake_station,
            &self.city,
            &self.province,
            &self.nursing_home,
        ]
    }

    /// Every department.
    pub fn departments(&self) -> [&department::Model; 7] {
        [
            &self.neurology,
            &self.emergency,
            &self.internal,
            &self.herbs_emergency,
            &self.herbs_brain,
            &self.river_general,
            &self.city_neurology,
        ]
    }

    /// Every practitioner.
    pub fn practitioners(&self) -> [&practitioner::Model; 9] {
        [
            &self.neurologist,
            &self.emergency_doctor,
            &self.herbs_doctor,
            &self.river_doctor,
            &self.hill_doctor,
            &self.lake_doctor,
            &self.village_doctor,
            &self.lake_village_doctor,
            &self.city_doctor,
        ]
    }

    /// What the health centres treat themselves: hypertension, diabetes, colds; the sub-centre pneumonia too.
    fn capabilities(&self) -> Vec<capability::Model> {
        let treats = |institution: &institution::Model, categories: &[&str]| {
            let institution_id = institution.id;
            categories
                .iter()
                .map(|category| capability::Model {
                    institution_id,
                    category: (*category).to_owned(),
                })
                .collect::<Vec<_>>()
        };
        [
            treats(&self.river, &["I10", "E11", "J06", "J18"]),
            treats(&self.hill, &["I10", "E11", "J06"]),
            treats(&self.lake, &["I10", "E11", "J06"]),
        ]
        .concat()
    }
}

/// Inserts rows of one table in one statement.
pub async fn rows<E, M>(txn: &Txn, rows: &[&M]) -> Result<()>
where
    E: EntityTrait<Model = M>,
    M: IntoActiveModel<E::ActiveModel> + Clone,
    E::ActiveModel: Send,
{
    let rows = rows.iter().map(|row| (*row).clone().into_active_model());
    E::insert_many(rows).exec_without_returning(&**txn).await?;
    Ok(())
}

/// Draws rows as they are registered at one moment.
struct Draw {
    at: DateTime<Utc>,
}

impl Draw {
    fn id(&self) -> Uuid {
        id::new(self.at)
    }

    fn community(&self, name: &str) -> community::Model {
        community::Model {
            id: self.id(),
            name: name.to_owned(),
            region: REGION.to_owned(),
            tight_knit: true,
            pilot_level: None,
            emergency_minutes: None,
            urgent_minutes: None,
            routine_minutes: None,
            version: 1,
            created_at: self.at,
            updated_at: self.at,
        }
    }

    fn institution(
        &self,
        code: &str,
        name: &str,
        tier: Tier,
        type_code: &str,
    ) -> institution::Model {
        institution::Model {
            id: self.id(),
            code: code.to_owned(),
            name: name.to_owned(),
            tier,
            type_code: type_code.to_owned(),
            status: InstitutionStatus::Operating,
            status_since: None,
            community_id: None,
            managed_by: None,
            credit_code: None,
            region: Some(REGION.to_owned()),
            address: None,
            latitude: None,
            longitude: None,
            phone: Some("0571-88880000".to_owned()),
            level: None,
            grade: None,
            functional_class: None,
            sub_centre: false,
            outside_district: false,
            insurer_designated: true,
            surgery_ceiling: None,
            facilities: Facilities::default(),
            equipment: Texts::default(),
            ratings: Ratings::default(),
            version: 1,
            created_at: self.at,
            updated_at: self.at,
        }
    }

    fn station(&self, code: &str, name: &str, centre: &institution::Model) -> institution::Model {
        institution::Model {
            community_id: centre.community_id,
            managed_by: Some(centre.id),
            ..self.institution(code, name, Tier::Station, "D600")
        }
    }

    fn department(
        &self,
        institution: &institution::Model,
        code: &str,
        name: &str,
        specialty: &str,
    ) -> department::Model {
        department::Model {
            id: self.id(),
            institution_id: institution.id,
            code: code.to_owned(),
            name: name.to_owned(),
            specialty: specialty.to_owned(),
            active: true,
            version: 1,
            created_at: self.at,
            updated_at: self.at,
        }
    }

    fn practitioner(
        &self,
        institution: &institution::Model,
        code: &str,
        name: &str,
        qualification: Qualification,
        title: Option<&str>,
    ) -> practitioner::Model {
        practitioner::Model {
            id: self.id(),
            institution_id: institution.id,
            department_id: None,
            code: code.to_owned(),
            name: name.to_owned(),
            qualification,
            title: title.map(str::to_owned),
            specialties: Texts::default(),
            licence_number: None,
            licence_until: None,
            active: true,
            version: 1,
            created_at: self.at,
            updated_at: self.at,
        }
    }
}
