//! How long a centre may take from start to report, where nobody has said otherwise.
//!
//! | Minutes | emergency | routine |
//! |---|---|---|
//! | X-ray (CR, DX, MG) | 30 | 2 h |
//! | CT, MR, other imaging | 60 | 4 h |
//! | ECG, ultrasound | 10 | 30 |
//! | laboratory | 45 | 4 h |
//! | pathology, small biopsy | 3 days | 3 days |
//! | pathology, other | 5 days | 5 days |
//! | remote consultation, from the agreed time | 60 | 24 h |
//! | sterile supply, from receipt of the used packs | 4 h | 24 h |
//!
//! What is urgent has half the time of routine, though no less than an emergency. What is left out makes way for what is said: whoever
//! sets a routine of 20 minutes has no emergency of 30.

use entity::enums::{CentreKind, Modality, SpecimenKind};

/// A day in minutes.
const DAY: i32 = 24 * 60;

/// Minutes from start to report, the most urgent first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Targets<T> {
    /// An emergency.
    pub emergency: T,
    /// What is urgent.
    pub urgent: T,
    /// What is neither.
    pub routine: T,
}

impl Targets<Option<i32>> {
    /// What is said, and for the rest what is usual for such an item.
    #[must_use]
    pub fn or_usual(
        self,
        kind: CentreKind,
        modality: Option<Modality>,
        specimen: Option<SpecimenKind>,
    ) -> Targets<i32> {
        let (emergency, routine) = usual(kind, modality, specimen);
        let said = self.urgent.or(self.emergency);
        let routine = self
            .routine
            .unwrap_or_else(|| said.map_or(routine, |said| routine.max(said)));
        let most = self.urgent.unwrap_or(routine).min(routine);
        let emergency = self.emergency.unwrap_or_else(|| emergency.min(most));
        let urgent = self.urgent.unwrap_or_else(|| (routine / 2).max(emergency));
        Targets {
            emergency,
            urgent,
            routine,
        }
    }
}

/// What is usual in an emergency and as a routine.
fn usual(
    kind: CentreKind,
    modality: Option<Modality>,
    specimen: Option<SpecimenKind>,
) -> (i32, i32) {
    match kind {
        CentreKind::Imaging => match modality {
            Some(Modality::Cr | Modality::Dx | Modality::Mg) => (30, 120),
            Some(Modality::Us | Modality::Ecg) => (10, 30),
            Some(Modality::Ct | Modality::Mr | Modality::Es | Modality::Other) | None => (60, 240),
        },
        CentreKind::Ecg | CentreKind::Ultrasound => (10, 30),
        CentreKind::Laboratory => (45, 240),
        CentreKind::Pathology if specimen == Some(SpecimenKind::Biopsy) => (3 * DAY, 3 * DAY),
        CentreKind::Pathology => (5 * DAY, 5 * DAY),
        CentreKind::RemoteConsultation => (60, DAY),
        CentreKind::SterileSupply => (240, DAY),
        CentreKind::SkillsTraining => (DAY, DAY),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: Targets<Option<i32>> = Targets {
        emergency: None,
        urgent: None,
        routine: None,
    };

    fn minutes(targets: Targets<i32>) -> [i32; 3] {
        [targets.emergency, targets.urgent, targets.routine]
    }

    #[test]
    fn the_usual_targets() {
        use CentreKind::{Ecg, Imaging, Laboratory, Pathology, SterileSupply, Ultrasound};
        for (kind, modality, specimen, expected) in [
            (Imaging, Some(Modality::Dx), None, [30, 60, 120]),
            (Imaging, Some(Modality::Ct), None, [60, 120, 240]),
            (Ecg, Some(Modality::Ecg), None, [10, 15, 30]),
            (Ultrasound, Some(Modality::Us), None, [10, 15, 30]),
            (Laboratory, None, Some(SpecimenKind::Serum), [45, 120, 240]),
            (Pathology, None, Some(SpecimenKind::Biopsy), [4_320; 3]),
            (Pathology, None, Some(SpecimenKind::Tissue), [7_200; 3]),
            (SterileSupply, None, None, [240, 720, 1_440]),
        ] {
            let found = NOTHING.or_usual(kind, modality, specimen);
            assert_eq!(minutes(found), expected, "{kind:?} {modality:?}");
        }
    }

    #[test]
    fn what_is_left_out_makes_way_for_what_is_said() {
        let ct = |said: Targets<Option<i32>>| {
            minutes(said.or_usual(CentreKind::Imaging, Some(Modality::Ct), None))
        };
        let routine = Some(20);
        assert_eq!(ct(Targets { routine, ..NOTHING }), [20, 20, 20]);
        let emergency = Some(300);
        let said = Targets {
            emergency,
            ..NOTHING
        };
        assert_eq!(ct(said), [300, 300, 300]);
        let urgent = Some(30);
        assert_eq!(ct(Targets { urgent, ..NOTHING }), [30, 30, 240]);
        let (urgent, routine) = (Some(50), Some(40));
        let said = Targets {
            urgent,
            routine,
            ..NOTHING
        };
        assert_eq!(ct(said), [40, 50, 40], "which is refused");
    }
}
