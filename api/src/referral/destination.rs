//! Which receivers suit a patient, and how well: a score with its parts, each a question on its own. Pure.
//!
//! Whether a way is open at all is [`route`](super::route)'s; what is ranked here may be posted.

use entity::enums::{DestinationAspect, Facility, GreenChannelGround, ReferralReach, Urgency};

use DestinationAspect::{
    Acceptance, Capability, Capacity, Distance, FacilityForGround, FeverClinic, Network,
    Punctuality,
};

/// What a question that nobody can answer counts as: neither for nor against.
const UNKNOWN: f64 = 0.5;
/// At how many kilometres the distance counts half.
const HALF_WAY: f64 = 15.0;

/// What is asked for.
#[derive(Clone, Copy, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own"
)]
pub struct Wanted {
    /// Whether it is an emergency: then what is near and answers at once counts more.
    pub emergency: bool,
    /// The facility that the ground of the green channel asks for.
    pub facility: Option<Facility>,
    /// Whether an infection is suspected.
    pub infection: bool,
    /// Whether a diagnosis is named.
    pub diagnosis: bool,
    /// Whether beds or places in sessions matter to the care that is asked for.
    pub capacity: bool,
}

impl Wanted {
    /// What matters for that urgency and ground.
    #[must_use]
    pub fn new(urgency: Urgency, ground: Option<GreenChannelGround>) -> Self {
        Self {
            emergency: urgency == Urgency::Emergency,
            facility: ground.and_then(facility),
            ..Self::default()
        }
    }
}

/// The facility that a ground of the green channel asks for.
#[must_use]
pub const fn facility(ground: GreenChannelGround) -> Option<Facility> {
    match ground {
        GreenChannelGround::ChestPain => Some(Facility::ChestPainCentre),
        GreenChannelGround::Stroke => Some(Facility::StrokeCentre),
        GreenChannelGround::Trauma => Some(Facility::TraumaCentre),
        GreenChannelGround::Maternal => Some(Facility::MaternalCentre),
        GreenChannelGround::Neonatal => Some(Facility::NeonatalCentre),
        GreenChannelGround::LowIncomeSeriousIllness => None,
    }
}

/// What is on record of a receiver's answers in the last 90 days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// Referrals that it answered.
    pub answered: i64,
    /// Those among them that it took.
    pub accepted: i64,
    /// Referrals that it was to answer by a time that is over.
    pub due: i64,
    /// Those among them that it answered in time.
    pub in_time: i64,
}

/// What is known of a receiver.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// Whether its capability lists the diagnosis; none where it lists nothing.
    pub covers: Option<bool>,
    /// Whether it has the facility for the ground.
    pub has_facility: bool,
    /// Whether it takes suspected infections.
    pub takes_infections: bool,
    /// Free beds or places; none where it registers none.
    pub free: Option<i64>,
    /// Its answers.
    pub answers: Answers,
    /// Kilometres from the sender; none where one of the two has no coordinates.
    pub kilometres: Option<f64>,
    /// How far the referral reaches.
    pub reach: ReferralReach,
    /// Whether it belongs to an alliance of the sender's.
    pub allied: bool,
}

/// A part of a score.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The question.
    pub aspect: DestinationAspect,
    /// The answer, from 0 (against) to 1 (for).
    pub value: f64,
    /// How much it counts.
    pub weight: f64,
    /// The answer in words.
    pub explanation: String,
}

/// The questions that matter, answered.
#[must_use]
pub fn parts(wanted: &Wanted, known: &Known) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut part = |aspect, (value, explanation): (f64, String)| {
        parts.push(Part {
            aspect,
            value,
            weight: weight(aspect, wanted.emergency),
            explanation,
        });
    };
    if wanted.diagnosis {
        part(Capability, capability(known.covers));
    }
    if wanted.facility.is_some() {
        let has = "Has the centre that the green channel asks for.";
        let lacks = "Has no centre for the ground of the green channel.";
        part(FacilityForGround, yes(known.has_facility, has, lacks));
    }
    if wanted.infection {
        let has = "Has a fever clinic.";
        let lacks = "Has no fever clinic.";
        part(FeverClinic, yes(known.takes_infections, has, lacks));
    }
    if wanted.capacity {
        part(Capacity, capacity(known.free));
    }
    part(Acceptance, acceptance(known.answers));
    part(Punctuality, punctuality(known.answers));
    part(Distance, distance(known.kilometres));
    part(Network, network(known.reach, known.allied));
    parts
}

/// The score: the mean of the parts by their weights, from 0 to 1.
#[must_use]
pub fn score(parts: &[Part]) -> f64 {
    let weights: f64 = parts.iter().map(|part| part.weight).sum();
    let sum: f64 = parts.iter().map(|part| part.value * part.weight).sum();
    if weights > 0.0 { sum / weights } else { 0.0 }
}

const fn weight(aspect: DestinationAspect, emergency: bool) -> f64 {
    let (planned, urgent) = match aspect {
        Capability => (30.0, 25.0),
        FacilityForGround => (25.0, 30.0),
        FeverClinic => (15.0, 10.0),
        Capacity => (20.0, 10.0),
        Acceptance => (10.0, 5.0),
        Punctuality => (10.0, 15.0),
        Distance => (10.0, 30.0),
        Network => (15.0, 5.0),
    };
    if emergency { urgent } else { planned }
}

fn yes(is: bool, has: &str, lacks: &str) -> (f64, String) {
    if is {
        (1.0, has.to_owned())
    } else {
        (0.0, lacks.to_owned())
    }
}

fn capability(covers: Option<bool>) -> (f64, String) {
    let (value, words) = match covers {
        Some(true) => (1.0, "Its capability lists the diagnosis."),
        Some(false) => (0.0, "Its capability does not list the diagnosis."),
        None => (UNKNOWN, "It lists no capability."),
    };
    (value, words.to_owned())
}

fn capacity(free: Option<i64>) -> (f64, String) {
    match free {
        None => (
            UNKNOWN,
            "It registers no beds or sessions for this.".to_owned(),
        ),
        Some(..=0) => (0.0, "Nothing is free.".to_owned()),
        // One may be gone in a moment; ten are plenty.
        Some(free) => (
            0.1f64.mul_add(share(free.min(10), 10) * 4.0, 0.6),
            format!("{free} free."),
        ),
    }
}

fn acceptance(answers: Answers) -> (f64, String) {
    on_record(answers.accepted, answers.answered, "taken")
}

fn punctuality(answers: Answers) -> (f64, String) {
    on_record(answers.in_time, answers.due, "answered in time")
}

/// A share of what is on record, drawn towards the middle where there is little.
fn on_record(good: i64, all: i64, what: &str) -> (f64, String) {
    if all == 0 {
        return (UNKNOWN, "Nothing on record in 90 days.".to_owned());
    }
    let words = format!("{good} of {all} {what} in 90 days.");
    (share(good + 1, all + 2), words)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of a quarter of a year are far below 2^52"
)]
fn share(part: i64, whole: i64) -> f64 {
    part as f64 / whole as f64
}

fn distance(kilometres: Option<f64>) -> (f64, String) {
    match kilometres {
        None => (UNKNOWN, "The distance is not known.".to_owned()),
        Some(far) => (
            HALF_WAY / (HALF_WAY + far),
            format!("{far:.1} km as the crow flies."),
        ),
    }
}

/// Who belongs to an alliance of the sender's is as near as who belongs to its community.
fn network(reach: ReferralReach, allied: bool) -> (f64, String) {
    let (value, words) = match reach {
        ReferralReach::IntraCommunity => (1.0, "In the same community."),
        _ if allied => (1.0, "In the same alliance."),
        ReferralReach::InterCommunity => (0.5, "In another community of the network."),
        ReferralReach::OutOfNetwork => (0.0, "Outside the network."),
    };
    (value, words.to_owned())
}

/// Kilometres between two places (latitude, longitude in degrees), along the surface of the earth.
#[must_use]
pub fn kilometres(one: (f64, f64), other: (f64, f64)) -> f64 {
    const RADIUS: f64 = 6_371.0;
    let (latitude, longitude) = (
        (other.0 - one.0).to_radians() / 2.0,
        (other.1 - one.1).to_radians() / 2.0,
    );
    let along = one.0.to_radians().cos() * other.0.to_radians().cos();
    let chord = latitude.sin().powi(2) + along * longitude.sin().powi(2);
    2.0 * RADIUS * chord.sqrt().min(1.0).asin()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Known {
        Known {
            covers: None,
            has_facility: false,
            takes_infections: false,
            free: None,
            answers: Answers::default(),
            kilometres: None,
            reach: ReferralReach::InterCommunity,
            allied: false,
        }
    }

    fn planned() -> Wanted {
        Wanted {
            diagnosis: true,
            capacity: true,
            ..Wanted::new(Urgency::Routine, None)
        }
    }

    fn scored(wanted: Wanted, known: &Known) -> f64 {
        let parts = parts(&wanted, known);
        for part in &parts {
            assert!((0.0..=1.0).contains(&part.value), "{part:?}");
            assert!(
                part.weight > 0.0 && !part.explanation.is_empty(),
                "{part:?}"
            );
        }
        score(&parts)
    }

    #[test]
    fn whatever_speaks_for_a_receiver_raises_its_score() {
        let wanted = Wanted {
            infection: true,
            ..planned()
        };
        let wanted = Wanted {
            facility: facility(GreenChannelGround::Stroke),
            ..wanted
        };
        let middle = scored(wanted, &known());
        let answers = |answered, accepted, due, in_time| Answers {
            answered,
            accepted,
            due,
            in_time,
        };
        let better = [
            Known {
                covers: Some(true),
                ..known()
            },
            Known {
                has_facility: true,
                ..known()
            },
            Known {
                takes_infections: true,
                ..known()
            },
            Known {
                free: Some(2),
                ..known()
            },
            Known {
                answers: answers(9, 9, 0, 0),
                ..known()
            },
            Known {
                answers: answers(0, 0, 9, 9),
                ..known()
            },
            Known {
                kilometres: Some(2.0),
                ..known()
            },
            Known {
                reach: ReferralReach::IntraCommunity,
                ..known()
            },
            Known {
                reach: ReferralReach::OutOfNetwork,
                allied: true,
                ..known()
            },
        ];
        for better in better {
            assert!(scored(wanted, &better) > middle, "{better:?}");
        }
        let worse = [
            Known {
                covers: Some(false),
                ..known()
            },
            Known {
                free: Some(0),
                ..known()
            },
            Known {
                answers: answers(9, 0, 0, 0),
                ..known()
            },
            Known {
                answers: answers(0, 0, 9, 0),
                ..known()
            },
            Known {
                kilometres: Some(80.0),
                ..known()
            },
            Known {
                reach: ReferralReach::OutOfNetwork,
                ..known()
            },
        ];
        for worse in worse {
            assert!(scored(wanted, &worse) < middle, "{worse:?}");
        }
        let plenty = Known {
            free: Some(10),
            ..known()
        };
        let few = Known {
            free: Some(1),
            ..known()
        };
        assert!(scored(wanted, &plenty) > scored(wanted, &few));
    }

    #[test]
    fn only_what_matters_is_asked() {
        let aspects = |wanted: &Wanted| -> Vec<DestinationAspect> {
            let parts = parts(wanted, &known());
            parts.into_iter().map(|part| part.aspect).collect()
        };
        let always = [Acceptance, Punctuality, Distance, Network];
        assert_eq!(aspects(&Wanted::default()), always);
        assert_eq!(aspects(&planned())[..2], [Capability, Capacity]);
        let low_income = Some(GreenChannelGround::LowIncomeSeriousIllness);
        assert_eq!(aspects(&Wanted::new(Urgency::Urgent, low_income)), always);
    }

    #[test]
    fn in_an_emergency_what_is_near_comes_first() {
        let near = Known {
            kilometres: Some(1.0),
            covers: Some(false),
            ..known()
        };
        let far = Known {
            kilometres: Some(90.0),
            covers: Some(true),
            ..known()
        };
        let (calm, haste) = (
            planned(),
            Wanted {
                emergency: true,
                ..planned()
            },
        );
        assert!(scored(calm, &far) > scored(calm, &near));
        let lead = scored(haste, &near) - scored(haste, &far);
        assert!(lead > scored(calm, &near) - scored(calm, &far));
    }

    #[test]
    fn a_little_on_record_is_not_taken_for_the_whole_truth() {
        let (one, many) = (on_record(1, 1, ""), on_record(90, 90, ""));
        assert!(one.0 < many.0 && many.0 < 1.0);
    }

    #[test]
    fn a_distance_that_is_known() {
        // Hangzhou to Shanghai, 164 km.
        let far = kilometres((30.2741, 120.1551), (31.2304, 121.4737));
        assert!((160.0..170.0).contains(&far), "{far}");
        assert!(kilometres((30.0, 120.0), (30.0, 120.0)) < 1e-9);
        assert!((kilometres((0.0, 0.0), (0.0, 180.0)) - 20_015.0).abs() < 1.0);
    }
}
