//! Artifacts: references to messages that the receiver fetches itself. SAML Bindings 3.6.4.

/// An artifact of type 4, the only one that SAML 2.0 defines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// The type code; of other types than 4 nothing more is read.
    pub type_code: u16,
    /// Which of the issuer's artifact resolution services has the message.
    pub endpoint_index: Option<u16>,
    /// SHA-1 of the issuer's entity ID.
    pub source_id: Option<[u8; 20]>,
    /// Whether it has the length that its type defines: 44 bytes.
    pub is_whole: bool,
}

/// Reads an artifact's bytes; `None` where there is not even a type code.
#[must_use]
pub fn read(bytes: &[u8]) -> Option<Artifact> {
    let (type_code, rest) = bytes.split_first_chunk()?;
    let type_code = u16::from_be_bytes(*type_code);
    let mut artifact = Artifact { type_code, endpoint_index: None, source_id: None, is_whole: type_code != 4 };
    if let Some((index, rest)) = rest.split_first_chunk().filter(|_| type_code == 4) {
        artifact.endpoint_index = Some(u16::from_be_bytes(*index));
        artifact.source_id = rest.first_chunk().copied();
        artifact.is_whole = rest.len() == 40;
    }
    Some(artifact)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_type_4_defines() {
        let bytes = [&[0, 4, 0, 7][..], &[0xab; 20], &[1; 20]].concat();
        let whole = Artifact { type_code: 4, endpoint_index: Some(7), source_id: Some([0xab; 20]), is_whole: true };
        assert_eq!(read(&bytes), Some(whole.clone()));
        assert_eq!(read(&bytes[..43]), Some(Artifact { is_whole: false, ..whole }));
        assert_eq!(read(&[0, 4, 0]), Some(Artifact { type_code: 4, endpoint_index: None, source_id: None, is_whole: false }));
        assert_eq!(read(&[0, 1, 9]), Some(Artifact { type_code: 1, endpoint_index: None, source_id: None, is_whole: true }));
        assert_eq!(read(&[0]), None);
    }
}
