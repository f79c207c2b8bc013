//! How every mutation is called: with an input that is well-formed, on objects that exist, so that nothing but the right is missing.

use api::id::{self, Kind};
use entity::{
    account_grant, enums::Role, follow_up, patient_conflict, patient_tag, referral, slot,
};
use sea_orm::EntityTrait as _;
use serde_json::json;
use uuid::Uuid;

use super::{
    cast::{At, Caller},
    stories::Tale,
    view::{Party, Stage},
};
use crate::{
    alliance::{self, id_of},
    batch::Supply,
    centre::fixture::Centres,
    dispatch::Post,
    family_doctor,
    harness::World,
    referral::letter,
    supervision,
    training::School,
    volume,
};

/// What a mutation is about; who may call it depends on how they stand to that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A session that is to begin.
    Anybody,
    /// The caller.
    Oneself,
    /// Nothing yet.
    Nothing,
    /// The sender's side of a referral from `hill` to `county`.
    Sender,
    /// Its receiver's side.
    Receiver,
    /// Either side of it.
    Sides,
    /// A follow-up that `hill` has planned for itself, after a referral between the same.
    FollowUp,
    /// Whoever asked for an order from `hill` to a centre of `county`.
    Requester,
    /// The requester's technicians.
    Bench,
    /// The centre of that order.
    Centre,
    /// Whoever examines for either side of it.
    Examiner,
    /// Either side of it.
    Table,
    /// An order that was examined, or its critical value; there is none.
    Alarm,
    /// Its receiver's side, or who rescues it from there.
    Rescue,
    /// A new referral in the name of `hill`.
    Letter,
    /// The patient of that referral.
    Patient,
    /// The record of that patient, for whoever says who is who.
    Record,
    /// A conflict about that patient, given by `lake`.
    Conflict,
    /// The health centre `hill`, or what belongs to it.
    Hill,
    /// The hospital `county`, or what belongs to it.
    County,
    /// How many beds of `county` are occupied.
    Beds,
    /// The community `general`.
    General,
    /// A new community in the district.
    NewCommunity,
    /// A new institution in the community `general`.
    NewInstitution,
    /// An account at `hill`.
    Account,
    /// A new account at `hill`.
    NewAccount,
    /// Packs that `county` sterilises for `hill`, at the centre.
    Packs,
    /// The same, at whoever asked for them.
    Got,
    /// Somebody of `hill`, who is sent to a course; or its teams of family doctors.
    Staff,
    /// What `county` and `hill` have agreed on.
    Pact,
    /// That `county` supervises `hill`.
    Visitor,
    /// A supervision visit of `county` to `hill`.
    Visit,
    /// What `hill` did in a month.
    Volumes,
    /// A report of `hill`.
    Report,
    /// A contract to be signed with one of those teams.
    Signing,
    /// One that `hill` has signed.
    Contract,
    /// A request of `hill` to `county` for an expert, on the side of `county`.
    Sends,
    /// The same, on the side of `hill`.
    Hosts,
    /// Either side of it.
    Posts,
    /// What the expert did; nobody is the expert of a request.
    Logs,
    /// A new request in the name of `hill`.
    Wants,
    /// The keys of the installation.
    Keys,
}

/// A mutation and how it is called.
pub struct Call {
    /// Its name.
    pub name: &'static str,
    /// What it is about.
    pub subject: Subject,
    /// Its arguments; `$ref`, `$hill` and so on stand for what [`On`] names.
    arguments: &'static str,
}

/// The objects of the calls.
pub struct On {
    /// The referral's parties.
    pub parties: (Party, Party),
    named: Vec<(&'static str, String)>,
}

impl On {
    /// Finds the objects among what the tales left.
    pub async fn of(w: &World, tales: &[Tale], cast: &[Caller]) -> Self {
        let d = w.district();
        let tale = tales
            .iter()
            .find(|tale| tale.stage == Stage::Open && !tale.sensitive);
        let tale = tale.expect("one tale is open");
        let account = |role: Role| {
            let held = |caller: &&Caller| {
                caller.role == Some(role) && caller.at == At::Institution(d.hill.id)
            };
            let found = cast.iter().find(held).expect("every role is held at hill");
            id::encode(Kind::Account, found.client.account)
        };
        let reader = w.app.db.reader();
        let row = referral::Entity::find_by_id(tale.told.row_id()).one(reader);
        let row = row.await.expect("referrals can be read");
        let patient = row.expect("a referral that was told has a row").patient_id;
        let follow_up = follow_up::Entity::find().one(reader).await;
        let follow_up = follow_up.expect("follow-ups can be read");
        let follow_up = follow_up.expect("a tale has a follow-up");
        let tags = patient_tag::Entity::find().all(reader).await;
        let tags = tags.expect("tags can be read");
        let tag = tags.iter().find(|tag| tag.patient_id == patient);
        let tag = tag.expect("every patient of a tale has a tag").id;
        let other = tales.iter().find(|other| {
            other.patient_id != tale.patient_id && other.sender.institution == d.hill.id
        });
        let other = other
            .expect("hill has told several tales")
            .patient_id
            .clone();
        let conflict = conflict(w, tale, cast).await;
        let centres = Centres::of(w).await;
        let supply = Supply::at(w, centres.clone()).await;
        let packs = supply
            .processed(&supply.office(&d.hill).await, &["A1"])
            .await;
        let (batch, _) = supply.held(&packs, "A1").await;
        let family = family(w).await;
        let course = School::at(w, centres.clone()).offered(9).await;
        let dispatch = Post::of(w).await.bring("REQUESTED").await.id;
        let technician = account(Role::Technician);
        let grants = account_grant::Entity::find().all(reader).await;
        let grants = grants.expect("grants can be read");
        let grant = grants
            .iter()
            .find(|grant| id::encode(Kind::Account, grant.account_id) == technician)
            .expect("everybody has a grant");
        let mut named = vec![
            ("$ref", tale.told.id.clone()),
            ("$seen", tale.told.version.to_string()),
            ("$episode", id::encode(Kind::Episode, tale.told.row_id())),
            ("$followUp", id::encode(Kind::FollowUp, follow_up.id)),
            ("$patient", id::encode(Kind::Patient, patient)),
            ("$file", id::encode(Kind::File, tag)),
            ("$gone", id::encode(Kind::Order, tag)),
            ("$critical", id::encode(Kind::CriticalValue, tag)),
            ("$other", other),
            ("$conflict", conflict),
            ("$tag", id::encode(Kind::PatientTag, tag)),
            ("$hill", letter::institution(d.hill.id)),
            ("$county", letter::institution(d.county.id)),
            ("$herbs", letter::institution(d.herbs.id)),
            ("$general", id::encode(Kind::Community, d.general.id)),
            ("$department", letter::department(d.neurology.id)),
            ("$doctor", letter::practitioner(d.hill_doctor.id)),
            ("$pool", tale.pool.clone()),
            ("$session", session(w).await),
            ("$centre", centres.centre("IMAGING").to_owned()),
            ("$item", centres.item("HEAD_CT").to_owned()),
            (
                "$order",
                order(w, centres.item("CHEST_DX"), patient, cast).await,
            ),
            ("$packs", packs.id),
            ("$batch", batch),
            ("$course", course),
            ("$dispatch", dispatch),
            ("$school", centres.centre("SKILLS_TRAINING").to_owned()),
            ("$team", family[0].clone()),
            ("$package", family[1].clone()),
            ("$contract", family[2].clone()),
            ("$account", technician),
            ("$machine", account(Role::Integration)),
            ("$grant", id::encode(Kind::Grant, grant.id)),
        ];
        named.extend(network(w).await);
        Self {
            parties: (tale.sender, tale.receiver),
            named,
        }
    }

    /// The text with ids in place of names.
    pub fn name(&self, text: &str) -> String {
        let named = self.named.iter();
        named.fold(text.to_owned(), |text, (name, value)| {
            text.replace(name, value)
        })
    }
}

/// What ties `county` and `hill` together, a visit, and a report.
async fn network(w: &World) -> [(&'static str, String); 6] {
    let manager = alliance::manager(w).await;
    let (group, support) = (alliance::city_group(w), alliance::support(w));
    let group = alliance::CREATE_ALLIANCE.tell(&manager, group).await;
    let support = alliance::CREATE_AGREEMENT.tell(&manager, support).await;
    let studio = alliance::studio(w);
    let studio = alliance::CREATE_STUDIO.tell(&manager, studio).await;
    let officer = supervision::officer(w).await;
    let visit = supervision::RECORD.tell(&officer, supervision::visit(w));
    let visit = visit.await;
    let admin = volume::admin(w).await;
    let report = volume::REPORT.tell(&admin, volume::february(w)).await;
    let neurologist = w.district().neurologist.id;
    [
        ("$alliance", id_of(&group, "alliance")),
        ("$agreement", id_of(&support, "agreement")),
        ("$studio", id_of(&studio, "studio")),
        ("$visit", id_of(&visit, "visit")),
        ("$volumes", id_of(&report, "report")),
        ("$neurologist", letter::practitioner(neurologist)),
    ]
}

/// A conflict: `lake` says another name of the tale's patient.
async fn conflict(w: &World, tale: &Tale, cast: &[Caller]) -> String {
    let lake = At::Institution(w.district().lake.id);
    let registers = |caller: &&Caller| caller.role == Some(Role::Clinician) && caller.at == lake;
    let caller = cast.iter().find(registers).expect("lake has a clinician");
    let mut input = tale.patient.input();
    input["name"] = "另有其人".into();
    let document = "mutation Register($input: RegisterPatientInput!) { registerPatient(input: $input) { replayed } }";
    let answer = caller
        .client
        .call(document, json!({ "input": input }))
        .await;
    assert_eq!(answer.code("registerPatient"), "CONFLICT");
    let rows = patient_conflict::Entity::find()
        .all(w.app.db.reader())
        .await;
    let rows = rows.expect("conflicts can be read");
    let row = rows.first().expect("a disagreement is noted");
    id::encode(Kind::PatientConflict, row.id)
}

/// A team of `hill`, one of its packages, and a contract of somebody whom no tale is about.
async fn family(w: &World) -> [String; 3] {
    let hill = &w.district().hill;
    let office = w.client(Role::Coordinator, hill).await;
    let team = family_doctor::found_team(&office, hill, "绿队", json!([])).await;
    let package = family_doctor::found_package(&office, hill, "JB01").await;
    let somebody = json!({ "name": "无关", "sex": "MALE", "birthDate": "1950-01-01" });
    let input = json!({ "patient": { "register": somebody }, "team": team, "package": package });
    let answer = family_doctor::ask(&office, "signFamilyDoctorContract", input).await;
    let answer = answer.ok();
    let contract = answer.text_at("signFamilyDoctorContract.contract.id");
    [team, package, contract.to_owned()]
}

/// An order of `hill` for the patient of the tale.
async fn order(w: &World, item: &str, patient: Uuid, cast: &[Caller]) -> String {
    let hill = At::Institution(w.district().hill.id);
    let asks = |caller: &&Caller| caller.role == Some(Role::Clinician) && caller.at == hill;
    let caller = cast.iter().find(asks).expect("hill has a clinician");
    let document =
        "mutation($input: PlaceOrderInput!) { placeOrder(input: $input) { order { id } } }";
    let input = json!({ "patient": { "id": id::encode(Kind::Patient, patient) }, "item": item });
    let answer = caller
        .client
        .call(document, json!({ "input": input }))
        .await;
    answer.ok().text_at("placeOrder.order.id").to_owned()
}

/// A session that is offered.
async fn session(w: &World) -> String {
    let rows = slot::Entity::find().one(w.app.db.reader()).await;
    let row = rows.expect("slots can be read").expect("a tale offers one");
    id::encode(Kind::Slot, row.id)
}

impl Call {
    /// The call as it stands in a document.
    pub fn text(&self, on: &On) -> String {
        let arguments = on.name(self.arguments);
        let payload = match self.subject {
            Subject::Keys if self.name == "rotateSigningKey" => "",
            Subject::Oneself => match self.name {
                "switchScope" => " { expiresAt }",
                "enrolSecondFactor" => " { uri }",
                _ => "",
            },
            _ if ["submitReferrals", "placeOrders"].contains(&self.name) => {
                " { ... on RefusedInput { code } }"
            }
            _ => " { replayed }",
        };
        format!("{}{arguments}{payload}", self.name)
    }
}

macro_rules! calls {
    ($($name:ident $subject:ident $arguments:literal;)+) => {
        /// Every mutation.
        pub const MUTATIONS: &[Call] = &[$(Call {
            name: stringify!($name),
            subject: Subject::$subject,
            arguments: $arguments,
        }),+];
    };
}

calls! {
    signIn Anybody "(input: { username: \"nobody\", password: \"nothing\" })";
    refreshSession Anybody "(refreshToken: \"nothing\")";
    switchScope Oneself "(grant: \"$grant\")";
    signOut Oneself "";
    changePassword Oneself "(input: { currentPassword: \"nothing\", newPassword: \"nothing much\" })";
    enrolSecondFactor Oneself "";
    confirmSecondFactor Oneself "(code: \"000000\")";
    createAccount NewAccount "(input: { username: \"newcomer\", displayName: \"新人\", password: \"long enough for you\", grants: [{ role: CLINICIAN, scope: { kind: INSTITUTION, institution: \"$hill\" } }] })";
    setAccountStatus Account "(input: { account: \"$account\", version: 1, active: false })";
    resetCredentials Account "(input: { account: \"$account\", version: 1 })";
    createApiClient NewAccount "(input: { displayName: \"HIS\", grants: [{ role: INTEGRATION, scope: { kind: INSTITUTION, institution: \"$hill\" } }] })";
    rotateApiClientSecret Account "(input: { account: \"$machine\", version: 1 })";
    grantRole Account "(input: { account: \"$account\", version: 1, grant: { role: COORDINATOR, scope: { kind: INSTITUTION, institution: \"$hill\" } } })";
    revokeGrant Account "(input: { grant: \"$grant\", version: 1 })";
    rotateSigningKey Keys "";
    createCommunity NewCommunity "(input: { name: \"新医共体\", region: \"330108\" })";
    updateCommunity General "(input: { id: \"$general\", version: 1, name: \"改名\" })";
    setReferralLimits General "(input: { community: \"$general\", version: 1, urgentMinutes: 60 })";
    createInstitution NewInstitution "(input: { code: \"N001\", name: \"新卫生室\", tier: STATION, typeCode: \"D600\", community: \"$general\", managedBy: \"$hill\", region: \"330108\" })";
    updateInstitution Hill "(input: { id: \"$hill\", version: 1, name: \"改名\" })";
    setInstitutionStatus Hill "(input: { id: \"$hill\", version: 1, status: SUSPENDED })";
    setCapabilities Hill "(input: { institution: \"$hill\", version: 1, categories: [\"I10\"] })";
    createDepartment Hill "(input: { institution: \"$hill\", code: \"0200\", name: \"全科\", specialty: \"02\" })";
    updateDepartment County "(input: { id: \"$department\", version: 1, name: \"改名\" })";
    createPractitioner Hill "(input: { institution: \"$hill\", code: \"9\", name: \"新人\", qualification: PHYSICIAN })";
    updatePractitioner Hill "(input: { id: \"$doctor\", version: 1, name: \"改名\" })";
    createBedPool County "(input: { institution: \"$county\", kind: ICU, total: 4 })";
    updateBedPool County "(input: { id: \"$pool\", version: 1, total: 4 })";
    reportOccupancy Beds "(input: { bedPool: \"$pool\", occupied: 4 })";
    createSlots County "(input: { institution: \"$county\", slots: [{ department: \"$department\", startsAt: \"2026-04-01T08:00:00+08:00\", endsAt: \"2026-04-01T12:00:00+08:00\", capacity: 4 }] })";
    updateSlot County "(input: { id: \"$session\", version: 1, capacity: 4 })";
    createSharedCentre County "(input: { host: \"$county\", kind: ECG, name: \"新中心\" })";
    updateSharedCentre County "(input: { id: \"$centre\", version: 2, active: false })";
    setCatalogueItems County "(input: { centre: \"$centre\", version: 2, items: [{ code: \"HEAD_CT\", active: false }] })";
    processOrder Packs "(input: { order: { id: \"$packs\" }, version: 3, batches: [{ number: \"A2\", steriliser: \"3号\", processedAt: \"2026-03-02T06:00:00+08:00\", expiresOn: \"2026-09-01\" }] })";
    deliverOrder Packs "(input: { order: { id: \"$packs\" }, version: 3 })";
    recallBatch Packs "(input: { batch: \"$batch\", version: 1, reason: \"包装破损\" })";
    confirmBatchReturn Got "(input: { batch: \"$batch\", order: { id: \"$packs\" }, outcome: USED })";
    createTrainingSession County "(input: { centre: \"$school\", course: \"缝合\", startsAt: \"2026-04-01T08:00:00+08:00\", endsAt: \"2026-04-01T12:00:00+08:00\", seats: 4 })";
    updateTrainingSession County "(input: { id: \"$course\", version: 1, seats: 4 })";
    enrolInTraining Staff "(input: { session: \"$course\", practitioners: [\"$doctor\"] })";
    withdrawFromTraining Staff "(input: { session: \"$course\", practitioners: [\"$doctor\"] })";
    recordTraining County "(input: { session: \"$course\", results: [{ practitioner: \"$doctor\", attended: true }] })";
    createAlliance General "(input: { kind: SPECIALTY, name: \"新联盟\", startsOn: \"2026-01-01\", members: [{ institution: \"$county\", role: LEAD }, { institution: \"$hill\" }] })";
    updateAlliance General "(input: { id: \"$alliance\", version: 1, name: \"改名\" })";
    endAlliance General "(input: { id: \"$alliance\", version: 1, on: \"2026-03-31\", reason: \"无\" })";
    createAgreement Pact "(input: { kind: COOPERATION, institution: \"$county\", counterpart: \"$hill\", purpose: \"带教\", validFrom: \"2026-01-01\" })";
    updateAgreement Pact "(input: { id: \"$agreement\", version: 1, round: 3 })";
    endAgreement Pact "(input: { id: \"$agreement\", version: 1, on: \"2026-03-31\", reason: \"无\" })";
    createStudio Pact "(input: { kind: TREATMENT_BASE, name: \"新基地\", practitioner: \"$neurologist\", host: \"$hill\", startsOn: \"2026-01-01\" })";
    updateStudio Pact "(input: { id: \"$studio\", version: 1, name: \"改名\" })";
    endStudio Pact "(input: { id: \"$studio\", version: 1, on: \"2026-03-31\", reason: \"无\" })";
    recordSupervisionVisit Visitor "(input: { visitor: \"$county\", visited: \"$hill\", visitedOn: \"2026-03-01\", topic: \"院感\", visitors: [\"$neurologist\"] })";
    correctSupervisionVisit Visit "(input: { id: \"$visit\", version: 1, struck: true, reason: \"无\" })";
    reportVolumes Volumes "(input: { institution: \"$hill\", month: \"2026-01\", counts: { visits: 1 } })";
    correctVolumes Report "(input: { id: \"$volumes\", version: 1, counts: { visits: 5000 }, reason: \"无\" })";
    createFamilyDoctorTeam Staff "(input: { institution: \"$hill\", name: \"红队\", members: [] })";
    updateFamilyDoctorTeam Staff "(input: { id: \"$team\", version: 1, name: \"改名\" })";
    createFamilyDoctorPackage Staff "(input: { institution: \"$hill\", code: \"ZX\", name: \"专项包\", content: \"无\" })";
    updateFamilyDoctorPackage Staff "(input: { id: \"$package\", version: 1, name: \"改名\" })";
    signFamilyDoctorContract Signing "(input: { patient: { id: \"$patient\" }, team: \"$team\", package: \"$package\" })";
    renewFamilyDoctorContract Contract "(input: { contract: \"$contract\", version: 1, endsOn: \"2028-01-01\" })";
    moveFamilyDoctorContract Contract "(input: { contract: \"$contract\", version: 1, team: \"$team\" })";
    endFamilyDoctorContract Contract "(input: { contract: \"$contract\", version: 1, reason: DIED })";
    requestDispatch Wants "(input: { host: \"$hill\", sender: \"$county\", kind: VISITING_CLINIC, startsOn: \"2026-04-01\", endsOn: \"2026-06-30\" })";
    declineDispatch Sends "(input: { dispatch: \"$dispatch\", version: 1, reason: \"人手不足\" })";
    planDispatch Sends "(input: { dispatch: \"$dispatch\", version: 1, practitioner: \"$doctor\" })";
    approveDispatch Sends "(input: { dispatch: \"$dispatch\", version: 1 })";
    confirmDispatch Hosts "(input: { dispatch: \"$dispatch\", version: 1 })";
    checkInDispatch Hosts "(input: { dispatch: \"$dispatch\", version: 1 })";
    publishDispatchSessions Hosts "(input: { dispatch: \"$dispatch\", version: 1, capacity: 4 })";
    logDispatch Logs "(input: { dispatch: \"$dispatch\", version: 1, entries: [{ date: \"2026-03-02\", half: AM }] })";
    extendDispatch Sends "(input: { dispatch: \"$dispatch\", version: 1, endsOn: \"2026-12-31\" })";
    recallDispatch Sends "(input: { dispatch: \"$dispatch\", version: 1, reason: \"人手不足\" })";
    completeDispatch Hosts "(input: { dispatch: \"$dispatch\", version: 1 })";
    appraiseDispatch Hosts "(input: { dispatch: \"$dispatch\", version: 1, score: 90 })";
    cancelDispatch Posts "(input: { dispatch: \"$dispatch\", version: 1, reason: \"人手不足\" })";
    registerPatient Nothing "(input: { name: \"新人\", sex: MALE, birthDate: \"1950-01-01\" })";
    openPatient Nothing "(input: { patient: { id: \"$patient\" }, reason: EMERGENCY, text: \"昏迷\" })";
    reviewBreakGlass Keys "(input: { event: \"bgl_01h455vb4pex5vsknk084sn02q\", version: 1, verdict: JUSTIFIED })";
    identifyPatient Record "(input: { patient: \"$patient\", version: 1, identity: { name: \"新人\", sex: MALE, birthDate: \"1950-01-01\" } })";
    resolvePatientConflict Conflict "(input: { conflict: \"$conflict\", version: 1, decision: KEEP_RECORD })";
    mergePatients Record "(input: { patient: \"$patient\", into: \"$other\", reason: \"同一人\", version: 1 })";
    unmergePatients Record "(input: { patient: \"$patient\", reason: \"不是同一人\", version: 1 })";
    tagPatient Patient "(input: { patient: \"$patient\", tag: STROKE, startsOn: \"2026-01-01\", version: 1 })";
    endPatientTag Patient "(input: { tag: \"$tag\", endsOn: \"2026-01-01\", version: 1 })";
    draftReferral Letter "(input: { patient: { id: \"$patient\" }, sender: \"$hill\" })";
    submitReferral Letter "(input: { patient: { id: \"$patient\" }, sender: \"$hill\" })";
    submitReferrals Letter "(inputs: [{ patient: { id: \"$patient\" }, sender: \"$hill\" }])";
    returnReferral Receiver "(input: { referral: { id: \"$ref\" }, version: $seen, missingItems: [\"检查\"] })";
    resubmitReferral Sender "(input: { referral: { id: \"$ref\" }, version: $seen })";
    acceptReferral Receiver "(input: { referral: { id: \"$ref\" }, version: $seen })";
    rejectReferral Receiver "(input: { referral: { id: \"$ref\" }, version: $seen, reason: NO_BED })";
    withdrawReferral Sender "(input: { referral: { id: \"$ref\" }, version: $seen, reason: \"好转\" })";
    recordDeparture Sender "(input: { referral: { id: \"$ref\" }, version: $seen, transport: ESCORTED })";
    recordArrival Receiver "(input: { referral: { id: \"$ref\" }, version: $seen })";
    recordNoShow Receiver "(input: { referral: { id: \"$ref\" }, version: $seen })";
    startTreatment Receiver "(input: { referral: { id: \"$ref\" }, version: $seen, visitNumber: \"1\" })";
    reportBack Receiver "(input: { referral: { id: \"$ref\" }, version: $seen, diagnosis: \"无\", treatment: \"无\", outcome: CURED, advice: \"无\" })";
    attachToReferral Sides "(input: { referral: { id: \"$ref\" }, version: $seen, file: \"$file\", kind: REPORT, title: \"检查\" })";
    attachToOrder Table "(input: { order: { id: \"$order\" }, version: 1, file: \"$file\", kind: IMAGE, title: \"片\" })";
    referBack Receiver "(input: { referral: { id: \"$ref\" }, version: $seen })";
    planFollowUp Sides "(input: { referral: { id: \"$ref\" }, template: GENERAL })";
    recordFollowUp FollowUp "(input: { followUp: \"$followUp\", version: 1, way: HOME, result: CONTROLLED, note: \"好\" })";
    reassignFollowUp FollowUp "(input: { followUp: \"$followUp\", version: 1, institution: \"$hill\" })";
    endFollowUp FollowUp "(input: { followUp: \"$followUp\", version: 1, reason: LOST })";
    raiseCriticalValue Alarm "(input: { order: { id: \"$gone\" }, finding: \"室颤\" })";
    acknowledgeCriticalValue Alarm "(input: { criticalValue: \"$critical\", version: 1, readBack: \"室颤\", channel: PHONE })";
    resolveCriticalValue Alarm "(input: { criticalValue: \"$critical\", version: 1, resolution: \"除颤\" })";
    closeReferral Sender "(input: { referral: { id: \"$ref\" }, version: $seen, noFollowUp: NOT_NEEDED })";
    placeOrder Letter "(input: { patient: { id: \"$patient\" }, requestedBy: \"$hill\", item: \"$item\" })";
    placeOrders Letter "(inputs: [{ patient: { id: \"$patient\" }, requestedBy: \"$hill\", item: \"$item\" }])";
    recogniseResult Letter "(input: { patient: { id: \"$patient\" }, requestedBy: \"$hill\", item: \"$item\", result: { order: \"$order\" } })";
    recordExamination Examiner "(input: { order: { id: \"$order\" }, version: 1 })";
    collectSpecimen Examiner "(input: { orders: [{ order: { id: \"$order\" }, version: 1 }], barcode: \"1\", kind: SERUM })";
    sendSpecimen Bench "(input: { orders: [{ order: { id: \"$order\" }, version: 1 }] })";
    receiveOrder Centre "(input: { orders: [{ order: { id: \"$order\" }, version: 1 }] })";
    claimOrder Centre "(input: { order: { id: \"$order\" }, version: 1 })";
    releaseOrder Centre "(input: { order: { id: \"$order\" }, version: 1 })";
    reportOrder Centre "(input: { orders: [{ order: { id: \"$order\" }, version: 1 }], conclusion: \"无\" })";
    reviewOrder Centre "(input: { order: { id: \"$order\" }, version: 1 })";
    amendReport Centre "(input: { order: { id: \"$order\" }, version: 1, conclusion: \"无\", reason: \"无\" })";
    returnOrder Centre "(input: { order: { id: \"$order\" }, version: 1, reason: POOR_IMAGE })";
    resubmitOrder Requester "(input: { order: { id: \"$order\" }, version: 1 })";
    cancelOrder Requester "(input: { order: { id: \"$order\" }, version: 1, reason: \"无\" })";
    amendReferral Sender "(input: { referral: { id: \"$ref\" }, version: $seen, content: { senderPhone: \"0571-88881235\" } })";
    redirectReferral Rescue "(input: { referral: { id: \"$ref\" }, version: $seen, receiver: \"$herbs\", reason: \"满床\" })";
    rescheduleReferral Receiver "(input: { referral: { id: \"$ref\" }, version: $seen, plannedAt: \"2026-03-05T01:00:00Z\" })";
    revokeReferralAcceptance Receiver "(input: { referral: { id: \"$ref\" }, version: $seen, reason: NO_BED, patientInformed: true })";
    requestReferralCancellation Sender "(input: { referral: { id: \"$ref\" }, version: $seen, reason: \"好转\" })";
    confirmReferralCancellation Receiver "(input: { referral: { id: \"$ref\" }, version: $seen })";
    declineReferralCancellation Receiver "(input: { referral: { id: \"$ref\" }, version: $seen })";
}
