//! The complete example messages of the specifications that a login rests on, one module for each.
//! What a specification says about the value of an example is checked.
//!
//! Lines that a specification folds to fit its page are joined here.

#![cfg(test)]

mod ms_nlmp;
mod rfc6265bis;
mod rfc6750;
mod rfc7515;
mod rfc7519;
mod rfc7616;
mod rfc7617;
mod rfc7636;
mod rfc9110;
mod rfc9449;
