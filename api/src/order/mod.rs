//! Orders to shared centres 资源共享: examined below, diagnosed above, recognised everywhere 基层检查、上级诊断、结果互认.

pub mod state;
