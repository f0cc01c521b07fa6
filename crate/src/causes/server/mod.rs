//! How the server says no.

super::family! {
    unexplained_refusal::UnexplainedRefusal,
    insufficient_permissions::InsufficientPermissions,
    challenge_missing::ChallengeMissing,
}
