//! Who acts in the demo: one account for each role and tier, and the hospital systems of every institution that posts by itself.

use std::collections::{BTreeSet, HashMap};

use data_encoding::BASE32_NOPAD;
use entity::{
    enums::{CentreKind, Role},
    practitioner,
};
use totp_rs::Builder;
use uuid::Uuid;

use super::{
    Scale,
    book::{Account, Client},
    centre::Centres,
    dice::Dice,
    district::{CITY, COMMUNITIES, COUNTY, HERBS, REGION, has_ecg, health_centre, station},
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
    ("hospital.reviewer", Role::Diagnostician, Place::At(COUNTY)),
    (
        "imaging.diagnostician",
        Role::Diagnostician,
        Place::Shared(CentreKind::Imaging),
    ),
    (
        "hospital.dispatch",
        Role::DispatchOfficer,
        Place::At(COUNTY),
    ),
    ("hospital.admin", Role::InstitutionAdmin, Place::At(COUNTY)),
    ("tcm.doctor", Role::Clinician, Place::At(HERBS)),
    ("tcm.office", Role::Coordinator, Place::At(HERBS)),
    ("tcm.technician", Role::Technician, Place::At(HERBS)),
    ("tcm.diagnostician", Role::Diagnostician, Place::At(HERBS)),
    ("tcm.reviewer", Role::Diagnostician, Place::At(HERBS)),
    ("centre.doctor", Role::Clinician, Place::Centre),
    ("centre.office", Role::Coordinator, Place::Centre),
    ("centre.technician", Role::Technician, Place::Centres),
    ("centre.admin", Role::InstitutionAdmin, Place::Centre),
    ("station.doctor", Role::Clinician, Place::Station),
    ("station.technician", Role::Technician, Place::Equipped),
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
    /// A shared centre.
    Shared(CentreKind),
    /// The first health centre.
    Centre,
    /// Every health centre.
    Centres,
    /// The first station.
    Station,
    /// Every station that has an electrocardiograph.
    Equipped,
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

/// Everybody who acts, by institution or shared centre.
#[derive(Debug, Default)]
pub struct Cast {
    hands: HashMap<Uuid, Vec<Hand>>,
    staff: HashMap<Uuid, Vec<practitioner::Model>>,
}

impl Cast {
    /// Opens the accounts of the demo in a registered district, and tells their names and secrets.
    pub async fn open(
        app: &App,
        centres: &Centres,
        scale: &Scale,
    ) -> Result<(Self, Vec<Account>, Vec<Client>)> {
        let mut cast = Self {
            staff: staff(app).await?,
            ..Self::default()
        };
        // Each password costs a core for a while, so as many are hashed at a time as there are cores.
        let people = PEOPLE.iter().enumerate();
        let people =
            people.map(|(which, person)| cast.person(app, (centres, scale), which, person));
        let people: Vec<_> = futures::future::try_join_all(people).await?;
        let mut accounts = Vec::with_capacity(people.len());
        for (scopes, hand, account) in people {
            cast.employ(&scopes, hand);
            accounts.push(account);
        }
        let mut clients = Vec::new();
        for (name, role, scopes) in machines(app, centres, scale)? {
            let (account, client) = machine(app, name, role, &scopes).await?;
            let hand = Hand {
                account,
                practitioner: None,
                role,
            };
            cast.employ(&scopes, hand);
            clients.push(client);
        }
        Ok((cast, accounts, clients))
    }

    fn employ(&mut self, scopes: &[Scope], hand: Hand) {
        for place in scopes.iter().filter_map(Scope::id) {
            self.hands.entry(place).or_default().push(hand);
        }
    }

    /// Somebody who has that role there: the first, or one of those after.
    #[must_use]
    pub fn worker(&self, scope: &Scope, role: Role, which: usize) -> Option<Actor> {
        let hands = self.hands.get(&scope.id()?)?.iter();
        let able: Vec<_> = hands.filter(|hand| hand.role == role).collect();
        let hand = able.get(which).or(able.first())?;
        Some(hand.actor(scope.clone()))
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
        (centres, scale): (&Centres, &Scale),
        which: usize,
        (username, role, place): &(&str, Role, Place),
    ) -> Result<(Vec<Scope>, Hand, Account)> {
        let scopes = place.scopes(app, centres, scale)?;
        let scope = scopes.first().cloned().unwrap_or(Scope::Installation);
        let directory = app.directory.now();
        let institution = scope.home();
        let home = institution.and_then(|id| directory.institution(id));
        let doctor = institution.and_then(|id| match role {
            Role::Clinician => self.doctors(id).next(),
            Role::Diagnostician => self.doctors(id).nth(which),
            _ => None,
        });
        let name = doctor.map(|one| one.name.clone());
        let new = NewAccount {
            username: (*username).to_owned(),
            display_name: name.unwrap_or_else(|| format!("演示 {username}")),
            practitioner: doctor.map(|one| id::encode(Kind::Practitioner, one.id)),
            password: None,
            must_change_password: false,
            grants: scopes
                .iter()
                .map(|scope| NewGrant::new(*role, scope))
                .collect(),
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
        Ok((scopes, hand, account))
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
    fn scopes(self, app: &App, centres: &Centres, scale: &Scale) -> Result<Vec<Scope>> {
        let one = match self {
            Self::At(code) => at(app, code)?,
            Self::Shared(kind) => shared(centres, kind)?,
            Self::Centre => at(app, &health_centre(0))?,
            Self::Station => at(app, &station(0))?,
            Self::Centres => {
                let all = (0..scale.health_centres).map(health_centre);
                return all.map(|code| at(app, &code)).collect();
            }
            Self::Equipped => {
                let all = (0..scale.stations).filter(|number| has_ecg(*number));
                return all.map(|number| at(app, &station(number))).collect();
            }
            Self::Community(which) => Scope::Community(community(app, which)?),
            Self::Region => Scope::Region(REGION.to_owned()),
            Self::Everywhere => Scope::Installation,
        };
        Ok(vec![one])
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

fn shared(centres: &Centres, kind: CentreKind) -> Result<Scope> {
    let centre = centres.of(kind)?;
    Ok(Scope::Centre {
        id: centre.id,
        host: centre.host_id,
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
fn machines(
    app: &App,
    centres: &Centres,
    scale: &Scale,
) -> Result<Vec<(String, Role, Vec<Scope>)>> {
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
    let laboratory = shared(centres, CentreKind::Laboratory)?;
    all.push((
        "LIS 检验中心".to_owned(),
        Role::Integration,
        vec![laboratory],
    ));
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
    let home = first.and_then(Scope::home);
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
