//! Referrals in the API: parse, call one service function, wrap.

mod action;
mod attachment;
mod below;
mod bulk;
mod change;
mod change_input;
mod content;
mod destination;
mod detail;
mod enclosed;
mod event;
mod filter;
mod input;
mod leg;
mod mutation;
mod object;
mod query;
mod related;
mod verb;

pub use action::AvailableAction;
pub use attachment::{Attachment, AttachmentMutation, AttachmentPayload};
pub use bulk::{SubmitReferralResult, SubmittedReferral};
pub use change::ReferralChangeMutation;
pub use destination::DestinationQuery;
pub use enclosed::ReferralWarning;
pub use event::ReferralEvent;
pub use filter::{ReferralFilter, ReferralSort};
pub use input::{ExternalKey, Parser, ReferralKey};
pub use leg::ReferralLeg;
pub use mutation::{ReferralMutation, ReferralPayload};
pub use object::Referral;
pub use query::{ReferralQuery, node, of_patient, one};
