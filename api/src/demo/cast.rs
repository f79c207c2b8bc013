//! Who acts in the demo: one account for each role and tier, and the hospital systems of every institution that posts by itself.

use std::collections::{BTreeSet, HashMap};

use data_encoding::BASE32_NOPAD;
use entity::{enums::Role, practitioner};
use totp_rs::Builder;
use uuid::Uuid;

use super::{
    Scale,
    book::{Account, Client},
    dice::Dice,
    district::{CITY, COMMUNITIES, COUNTY, HERBS, REGION, health_centre, station},
};
use crate::{
    app::App,
    auth::{
        Actor, Request, Scope,
        account::{NewAccount, NewClient, create_account, create_api_client},
        grant::NewGrant,
        second_factor,
    },
    error::{Error, Result},
    id::{self, Kind},
    network::list::PractitionerQuery,
    page::Window,
    policy,
};

/// People of the demo: user name, role, and where.
const PEOPLE: &[(&str, Role, Place)] = &[
    ("hospital.doctor", Role::Clinician, Place::At(COUNTY)),
    ("hospital.office", Role::Coordinator, Place::At(COUNTY)),
    ("hospital.technician", Role::Technician, Place::At(COUNTY)),
    (
        "hospital.diagnostician",
        Role::Diagnostician,
        Place::At(COUNTY),
    ),
    (
        "hospital.dispatch",
        Role::DispatchOfficer,
        Place::At(COUNTY),
    ),
    ("hospital.admin", Role::InstitutionAdmin, Place::At(COUNTY)),
    ("tcm.doctor", Role::Clinician, Place::At(HERBS)),
    ("tcm.office", Role::Coordinator, Place::At(HERBS)),
    ("centre.doctor", Role::Clinician, Place::Centre),
    ("centre.office", Role::Coordinator, Place::Centre),
    ("centre.technician", Role::Technician, Place::Centre),
    ("centre.admin", Role::InstitutionAdmin, Place::Centre),
    ("station.doctor", Role::Clinician, Place::Station),
    ("partner.doctor", Role::Clinician, Place::At(CITY)),
    ("partner.office", Role::Coordinator, Place::At(CITY)),
    (
        "community.manager",
        Role::CommunityManager,
        Place::Community(0),
    ),
    ("tcm.manager", Role::CommunityManager, Place::Community(1)),
    ("regulator", Role::Regulator, Place::Region),
    ("system.admin", Role::SystemAdmin, Place::Everywhere),
    ("security.admin", Role::SecurityAdmin, Place::Everywhere),
    ("auditor", Role::Auditor, Place::Everywhere),
];

#[derive(Clone, Copy)]
enum Place {
    At(&'static str),
    Centre,
    Station,
    Community(usize),
    Region,
    Everywhere,
}

/// An account that works at an institution.
#[derive(Clone, Copy, Debug)]
struct Hand {
    account: Uuid,
    practitioner: Option<Uuid>,
    role: Role,
}

/// Everybody who acts, by institution.
#[derive(Debug, Default)]
pub struct Cast {
    hands: HashMap<Uuid, Vec<Hand>>,
    staff: HashMap<Uuid, Vec<practitioner::Model>>,
}

impl Cast {
    /// Opens the accounts of the demo in a registered district, and tells their names and secrets.
    pub async fn open(app: &App, scale: &Scale) -> Result<(Self, Vec<Account>, Vec<Client>)> {
        let mut cast = Self {
            staff: staff(app).await?,
            ..Self::default()
        };
        // Each password costs a core for a while, so as many are hashed at a time as there are cores.
        let people = PEOPLE.iter().map(|person| cast.person(app, person));
        let people: Vec<_> = futures::future::try_join_all(people).await?;
        let mut accounts = Vec::with_capacity(people.len());
        for (place, hand, account) in people {
            if let Some(institution) = place.institution() {
                cast.hands.entry(institution).or_default().push(hand);
            }
            accounts.push(account);
        }
        let mut clients = Vec::new();
        for (name, role, scopes) in machines(app, scale)? {
            let (account, client) = machine(app, name, role, &scopes).await?;
            for institution in scopes.iter().filter_map(Scope::institution) {
                let hand = Hand {
                    account,
                    practitioner: None,
                    role,
                };
                cast.hands.entry(institution).or_default().push(hand);
            }
            clients.push(client);
        }
        Ok((cast, accounts, clients))
    }

    /// Somebody who may write referrals for the institution and answer those addressed there; none where nobody has an account.
    ///
    /// `auth` makes actors of tokens, which the past has none of: this one is made of an account and a grant that do exist.
    #[must_use]
    pub fn actor(&self, institution: Uuid, treats: bool, dice: &mut Dice) -> Option<Actor> {
        let able: Vec<_> = self
            .hands
            .get(&institution)?
            .iter()
            .filter(|hand| match hand.role {
                Role::Clinician | Role::Integration => true,
                Role::Coordinator => !treats,
                _ => false,
            })
            .collect();
        if able.is_empty() {
            return None;
        }
        let scope = Scope::Institution {
            id: institution,
            department: None,
        };
        Some(dice.pick(&able).actor(scope))
    }

    /// The doctors of an institution; the village doctor of a station.
    pub fn doctors(&self, institution: Uuid) -> impl Iterator<Item = &practitioner::Model> {
        use entity::enums::Qualification::{AssistantPhysician, Physician, VillageDoctor};
        let all = self.staff.get(&institution).map_or(&[][..], Vec::as_slice);
        all.iter().filter(|one| {
            matches!(
                one.qualification,
                Physician | AssistantPhysician | VillageDoctor
            )
        })
    }

    async fn person(
        &self,
        app: &App,
        (username, role, place): &(&str, Role, Place),
    ) -> Result<(Scope, Hand, Account)> {
        let scope = place.scope(app)?;
        let directory = app.directory.now();
        let institution = scope.institution();
        let home = institution.and_then(|id| directory.institution(id));
        let doctor = institution
            .filter(|_| *role == Role::Clinician)
            .and_then(|id| self.doctors(id).next());
        let name = doctor.map(|one| one.name.clone());
        let new = NewAccount {
            username: (*username).to_owned(),
            display_name: name.unwrap_or_else(|| format!("演示 {username}")),
            practitioner: doctor.map(|one| id::encode(Kind::Practitioner, one.id)),
            password: None,
            must_change_password: false,
            grants: vec![NewGrant::new(*role, &scope)],
        };
        let opened = create_account(app, &Actor::system("demo").at("createAccount"), &new).await?;
        let (held, password) = (opened.object.held, opened.object.secret);
        let hand = Hand {
            account: held.account.id,
            practitioner: doctor.map(|one| one.id),
            role: *role,
        };
        let totp_secret = if policy::needs_second_factor(&BTreeSet::from([*role])) {
            Some(second_factor(app, &hand.actor(scope.clone())).await?)
        } else {
            None
        };
        let account = Account {
            role: *role,
            tier: home.map(|home| home.tier),
            institution: institution.map(|id| id::encode(Kind::Institution, id)),
            institution_name: home.map(|home| home.name.clone()),
            username: held.account.name,
            password: password.unwrap_or_default(),
            totp_secret,
            account: id::encode(Kind::Account, hand.account),
            grant: held
                .grants
                .first()
                .map(|grant| id::encode(Kind::Grant, grant.id))
                .unwrap_or_default(),
            access_token: String::new(),
        };
        Ok((scope, hand, account))
    }
}

impl Hand {
    fn actor(&self, scope: Scope) -> Actor {
        Actor {
            account: self.account,
            practitioner: self.practitioner,
            session: None,
            scope,
            roles: BTreeSet::from([self.role]),
            request: std::sync::Arc::new(Request::internal("demo")),
        }
    }
}

impl Place {
    fn scope(self, app: &App) -> Result<Scope> {
        Ok(match self {
            Self::At(code) => at(app, code)?,
            Self::Centre => at(app, &health_centre(0))?,
            Self::Station => at(app, &station(0))?,
            Self::Community(which) => Scope::Community(community(app, which)?),
            Self::Region => Scope::Region(REGION.to_owned()),
            Self::Everywhere => Scope::Installation,
        })
    }
}

fn at(app: &App, code: &str) -> Result<Scope> {
    let found = app.directory.now().by_code.get(code).copied();
    let id = found.ok_or_else(|| Error::Internal(format!("the demo has no institution {code}")))?;
    Ok(Scope::Institution {
        id,
        department: None,
    })
}

fn community(app: &App, which: usize) -> Result<Uuid> {
    let directory = app.directory.now();
    let found = directory
        .communities
        .values()
        .find(|one| one.name == COMMUNITIES[which]);
    found
        .map(|one| one.id)
        .ok_or_else(|| Error::Internal("the demo lacks a community".into()))
}

/// The machines of the demo: name, role, and where they may act. A health centre's hospital system posts for its stations too.
fn machines(app: &App, scale: &Scale) -> Result<Vec<(String, Role, Vec<Scope>)>> {
    let mut all = Vec::new();
    for code in [COUNTY, HERBS, CITY] {
        all.push((
            format!("HIS {code}"),
            Role::Integration,
            vec![at(app, code)?],
        ));
    }
    for number in 0..scale.health_centres {
        let code = health_centre(number);
        let mut scopes = vec![at(app, &code)?];
        for place in (0..scale.stations).filter(|place| scale.manager(*place) == number) {
            scopes.push(at(app, &station(place))?);
        }
        all.push((format!("HIS {code}"), Role::Integration, scopes));
    }
    let watched = Scope::Community(community(app, 0)?);
    all.push(("监测 医共体".to_owned(), Role::Monitor, vec![watched]));
    let watched = Scope::Region(REGION.to_owned());
    all.push(("监测 县域".to_owned(), Role::Monitor, vec![watched]));
    Ok(all)
}

async fn machine(
    app: &App,
    display_name: String,
    role: Role,
    scopes: &[Scope],
) -> Result<(Uuid, Client)> {
    let new = NewClient {
        display_name,
        grants: scopes
            .iter()
            .map(|scope| NewGrant::new(role, scope))
            .collect(),
    };
    let opened = create_api_client(app, &Actor::system("demo").at("createApiClient"), &new).await?;
    let (held, secret) = (opened.object.held, opened.object.secret);
    // The first scope is the one that is shown: the health centre's own, not its stations'.
    let first = scopes.first();
    let home = first.and_then(Scope::institution);
    let shown = held
        .grants
        .iter()
        .find(|grant| Scope::of(grant).as_ref() == first);
    let directory = app.directory.now();
    let found = home.and_then(|id| directory.institution(id));
    let client = Client {
        role,
        tier: found.map(|found| found.tier),
        institution: home.map(|id| id::encode(Kind::Institution, id)),
        institution_name: found.map(|found| found.name.clone()),
        client_id: held.account.name,
        client_secret: secret.unwrap_or_default(),
        account: id::encode(Kind::Account, held.account.id),
        grant: shown
            .map(|grant| id::encode(Kind::Grant, grant.id))
            .unwrap_or_default(),
        access_token: String::new(),
    };
    Ok((held.account.id, client))
}

/// Sets up the second factor of an administrator as its owner would, and tells its secret.
async fn second_factor(app: &App, actor: &Actor) -> Result<String> {
    let secret = second_factor::enrol(app, actor).await?.secret;
    let fault = || Error::Internal("the second factor of a demo account is malformed".into());
    let bytes = BASE32_NOPAD
        .decode(secret.as_bytes())
        .map_err(|_| fault())?;
    let totp = Builder::new()
        .with_secret(bytes)
        .build()
        .map_err(|_| fault())?;
    let seconds = u64::try_from(app.now().timestamp()).unwrap_or(0);
    second_factor::confirm(app, actor, &totp.generate(seconds).to_string()).await?;
    Ok(secret)
}

async fn staff(app: &App) -> Result<HashMap<Uuid, Vec<practitioner::Model>>> {
    let everybody = Window {
        rows: 10_000,
        backward: false,
        cursor: None,
    };
    let page = PractitionerQuery::default().page(app, &everybody).await?;
    let mut staff: HashMap<Uuid, Vec<_>> = HashMap::new();
    for (_, one) in page.rows {
        staff.entry(one.institution_id).or_default().push(one);
    }
    Ok(staff)
}
