//! Suggesting receivers.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::enums::{
    Action, CareSetting, DestinationAspect, GreenChannelGround, ReferralDirection, ReferralReach,
    Urgency,
};

use super::{
    super::service::{self, Suggest, Suggestion},
    input::Parser,
};
use crate::{
    error::{Error, ProblemCode, Result},
    graphql::{Reply, app, ask, refusal},
    id::Kind,
    network::graphql::Institution,
};

/// How many receivers are suggested at most.
const MOST: i32 = 50;
/// How many where nobody says.
const USUAL: i32 = 10;

/// What a receiver is wanted for.
#[derive(InputObject)]
pub struct SuggestDestinationsInput {
    /// The sending institution; the caller's own where left out. A health centre's system may name one of its stations.
    pub sender: Option<ID>,
    /// The patient, where it is known who: a receiver that the patient is on the way to already, for the same illness, is left out.
    pub patient: Option<ID>,
    /// ICD-10 code of the principal diagnosis, or its first three characters.
    pub diagnosis: Option<String>,
    /// How urgent it is 紧急程度.
    pub urgency: Urgency,
    /// Care that is asked for.
    pub care_setting: Option<CareSetting>,
    /// Ground of the green channel 绿色通道.
    pub green_channel: Option<GreenChannelGround>,
    /// Whether an infection is suspected.
    pub suspected_infection: Option<bool>,
}

impl SuggestDestinationsInput {
    fn parse(self) -> Result<Suggest> {
        let mut parser = Parser::new("input");
        let sender = parser.id(Kind::Institution, "sender", self.sender.as_ref());
        let patient = parser.id(Kind::Patient, "patient", self.patient.as_ref());
        parser.finish(Some(Suggest {
            sender,
            patient,
            diagnosis: self.diagnosis,
            urgency: self.urgency,
            care_setting: self.care_setting,
            green_channel: self.green_channel,
            suspected_infection: self.suspected_infection == Some(true),
        }))
    }
}

/// A part of a suggestion's score.
#[derive(SimpleObject)]
pub struct DestinationScorePart {
    /// What was asked.
    pub aspect: DestinationAspect,
    /// The answer, from 0 (speaks against it) to 1 (speaks for it); 0.5 where nothing is known.
    pub value: f64,
    /// How much it counts beside the others.
    pub weight: f64,
    /// The answer in words.
    pub explanation: String,
}

/// A receiver to which the way is open, and how well it suits 推荐转入机构.
pub struct DestinationSuggestion(Suggestion);

/// A receiver to which the way is open, and how well it suits 推荐转入机构.
#[Object]
impl DestinationSuggestion {
    /// The receiver.
    async fn institution(&self, ctx: &Context<'_>) -> async_graphql::Result<Institution> {
        let directory = app(ctx).map(|app| app.directory.now());
        let directory = directory.map_err(|error| refusal(ctx, &error))?;
        Institution::find(&directory, self.0.receiver.id).ok_or_else(|| {
            let missing = Error::Internal("a suggested receiver is not in the directory".into());
            refusal(ctx, &missing)
        })
    }

    /// Which way the referral would go.
    async fn direction(&self) -> ReferralDirection {
        self.0.direction
    }

    /// How far it would reach.
    async fn reach(&self) -> ReferralReach {
        self.0.reach
    }

    /// How well it suits, from 0 to 1: the mean of the parts by their weights.
    async fn score(&self) -> f64 {
        self.0.score
    }

    /// What the score is made of.
    async fn parts(&self) -> Vec<DestinationScorePart> {
        let parts = self.0.parts.iter();
        let part = parts.map(|part| DestinationScorePart {
            aspect: part.aspect,
            value: part.value,
            weight: part.weight,
            explanation: part.explanation.clone(),
        });
        part.collect()
    }

    /// Kilometres from the sender as the crow flies; null where one of the two has no coordinates.
    async fn kilometres(&self) -> Option<f64> {
        self.0.kilometres
    }
}

/// Suggesting receivers.
#[derive(Default)]
pub struct DestinationQuery;

/// Suggesting receivers.
#[Object]
impl DestinationQuery {
    /// The receivers to which a referral may go, those that suit best first. What goes out of the district still needs its assessor.
    async fn suggest_destinations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What a receiver is wanted for.")] input: SuggestDestinationsInput,
        #[graphql(desc = "How many, 1 to 50; 10 where left out.")] first: Option<i32>,
    ) -> Reply<Vec<DestinationSuggestion>> {
        ask(ctx, Action::SuggestDestinations, |app, call| async move {
            let first = first.unwrap_or(USUAL);
            let code = match first {
                1..=MOST => None,
                ..1 => Some(ProblemCode::TooSmall),
                _ => Some(ProblemCode::TooLarge),
            };
            if let Some(code) = code {
                return Err(Error::invalid("first", code, "From 1 to 50."));
            }
            let most = usize::try_from(first).unwrap_or_default();
            let suggested = service::suggest(app, &call, &input.parse()?, most).await?;
            Ok(suggested.into_iter().map(DestinationSuggestion).collect())
        })
        .await
    }
}
