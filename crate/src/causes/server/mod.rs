//! How the server says no.

super::family! {
    insufficient_permissions::InsufficientPermissions,
    challenge_missing::ChallengeMissing,
}
