//! The hash of a book: of the path and the content of every file that it was made from.

use sha2::{Digest, Sha256};

/// The hash of the bytes of one file.
pub(super) fn of_bytes(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// The hash of many files, as 64 lower-case hexadecimal digits.
///
/// It is SHA-256 over one record a file, sorted by path: the length of the path in bytes (8 bytes, most
/// significant first), the path, and the SHA-256 of the content. So files can be hashed one by one, and no two
/// different sets of files give the same records.
pub(super) fn of_files(files: &mut [(&str, [u8; 32])]) -> String {
    files.sort_unstable();
    let mut hasher = Sha256::new();
    for (path, digest) in files.iter() {
        hasher.update((path.len() as u64).to_be_bytes());
        hasher.update(path.as_bytes());
        hasher.update(digest);
    }
    let hash: [u8; 32] = hasher.finalize().into();
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_does_not_depend_on_the_order_and_depends_on_paths_and_contents() {
        let hash = |files: &[(&'static str, &str)]| {
            let mut files: Vec<_> =
                files.iter().map(|(path, text)| (*path, of_bytes(text.as_bytes()))).collect();
            of_files(&mut files)
        };
        let whole = hash(&[("a", "1"), ("b", "2")]);
        assert_eq!(whole, hash(&[("b", "2"), ("a", "1")]));
        assert_ne!(whole, hash(&[("a", "2"), ("b", "1")]));
        assert_ne!(hash(&[("a", "bc")]), hash(&[("ab", "c")]));
        assert_eq!(whole.len(), 64);
    }

    #[test]
    fn the_hash_of_no_file_is_that_of_no_bytes() {
        // SHA-256 of the empty message, as FIPS 180-4's test vectors have it.
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(of_files(&mut []), empty);
    }
}
