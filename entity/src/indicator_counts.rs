//! What indicators are made of: counts, each of one thing. Stored as JSON, because they are added up in memory.

use std::collections::BTreeMap;

use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};

/// One thing that is counted, of the institution that is credited with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    // Patients who arrived, at their sender.
    /// Sent up.
    SentUp,
    /// Sent down.
    SentDown,
    /// The same in the months a year before.
    SentDownBefore,
    /// Sent to an equal.
    SentLateral,
    /// Sent to a partner.
    SentOutward,
    /// Kept, and treated by an expert there or from afar.
    InHouse,
    /// Sent anywhere else.
    WentOut,
    /// Reports that nobody need wait for any more.
    ReadDue,
    /// Those of them that were read.
    Read,
    /// Arrivals whose time to close the loop is over.
    LoopDue,
    /// Those of them whose loop was closed in time.
    LoopClosed,
    /// Arrivals downward whose time to go up again is over.
    AgainDue,
    /// Those of them who went up again.
    Again,

    // Patients who arrived, at their receiver.
    /// Came up.
    ReceivedUp,
    /// Came down.
    ReceivedDown,
    /// Came from anywhere else.
    CameIn,
    /// Arrived at all.
    Arrived,
    /// Those of them that were reported back.
    Reported,
    /// Arrivals downward whose time to be followed up is over.
    FollowDue,
    /// Those of them that were followed up in time.
    Followed,
    /// Marks of satisfaction, added up.
    SatisfactionSum,
    /// How many marks.
    Satisfaction,

    // Of lead hospitals alone.
    /// Sent down.
    LeadDown,
    /// Came in or went out.
    LeadAll,

    // What was posted, at its sender.
    /// Posted upward.
    PostedUp,
    /// Those of them that the sender's own capability covers.
    WithinCapability,

    // Legs, at their receiver.
    /// Answered.
    Answered,
    /// Answered by taking the patient.
    Accepted,
    /// Answered by not taking the patient.
    Refused,
    /// Whose time to answer is over.
    AnswerDue,
    /// Those of them that were answered in time.
    AnsweredInTime,
    /// Those with a green channel whose time to answer is over.
    GreenDue,
    /// Those of them that were answered in time.
    GreenInTime,
    /// Accepted, and the patient is not waited for any more.
    ExpectedOver,
    /// Those of them whose patient came.
    ExpectedCame,
    /// Those of them whose patient did not come.
    NoShow,
    /// Beds and places held that are not held any more.
    HoldOver,
    /// Those of them that a patient had.
    HoldUsed,

    // Shared centres, at the hospital that runs them.
    /// Orders placed.
    CentreRequested,
    /// Specimens and packs received.
    CentreReceived,
    /// First reports.
    CentreReported,
    /// First reviews.
    CentreReviewed,
    /// Orders sent back.
    CentreReturned,
    /// Earlier results recognised.
    CentreRecognised,
    /// Orders cancelled.
    CentreCancelled,
    /// Orders open when the period ended.
    CentreBacklog,
    /// Patient visits.
    CentreVisits,
    /// Reports with a target.
    CentreTimed,
    /// Those of them that came in time.
    CentreInTime,
    /// Critical values raised.
    CriticalRaised,
    /// Critical values acknowledged.
    CriticalAcknowledged,
    /// Those of them that were acknowledged in time.
    CriticalInTime,
    /// Institutions that a centre serves.
    CentreServed,
    /// Those of them that asked for something.
    CentreActive,

    // The registry.
    /// Health centres that operate.
    HealthCentres,
    /// Those of them that a shared centre serves.
    HealthCentresServed,
    /// Stations that operate.
    Stations,
    /// Those of them that an ECG centre serves.
    StationsWithEcg,

    // Volumes, at whoever reports them.
    /// Outpatient and emergency visits.
    Visits,
    /// Those of health centres and stations.
    PrimaryVisits,
    /// Discharges.
    Discharges,
    /// Those of health centres and stations.
    PrimaryDischarges,
    /// Visits of whoever counts those to traditional medicine.
    TcmOf,
    /// Visits to traditional medicine.
    TcmVisits,
    /// Visits of whoever counts first contacts outside primary care.
    FirstContactsOf,
    /// First contacts outside primary care.
    FirstContactsOutside,
    /// Visits outside the district, of whoever counts those with a referral.
    OutsideOf,
    /// Visits outside the district with a referral.
    OutsideReferred,

    // Family doctors, at the health centre of the team.
    /// Residents of whoever reports them.
    Residents,
    /// Those of them who have signed.
    Signed,
    /// Teams.
    Teams,
    /// Complete ones of them.
    CompleteTeams,

    // Dispatches, at the host.
    /// Experts who were there, each once.
    Experts,
    /// Dispatches in which somebody was there, each once.
    Dispatches,
    /// Half-days logged.
    HalfDays,
    /// Patients served.
    DispatchPatients,
    /// Health centres that operate, each once.
    DispatchCentres,
    /// Those of them with a posting of six months or more, each once.
    DispatchCovered,
    /// Those of them that fall short of the norm, at a month's end.
    BelowNorm,
    /// Points of appraisals, added up.
    ScoreSum,
    /// Appraisals.
    Scores,

    // Supervision, at the health centre that is visited.
    /// Visits.
    SupervisionVisits,
    /// Health centres that operate, at a month's end.
    SupervisionCentres,
    /// Those of them with as many visits in a year as the norm asks for.
    SupervisionNorm,
}

/// What was counted of an institution in a month. What is nought is not stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(default)]
pub struct Counts {
    /// The counts.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub totals: BTreeMap<Measure, i64>,
    /// Some of them by care setting or reason.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub parts: BTreeMap<Measure, BTreeMap<String, i64>>,
}
