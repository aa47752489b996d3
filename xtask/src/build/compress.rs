//! Compressing the site's files once, at build time, so that serving them costs nothing.

use std::io::Write;

use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};

use crate::build::Mode;

/// What compresses well, by file name extension. Pictures and fonts are compressed already.
const COMPRESSIBLE: &[&str] = &[
    "css",
    "html",
    "ico",
    "js",
    "json",
    "svg",
    "txt",
    "wasm",
    "webmanifest",
    "xml",
];

/// Whether a file is worth compressing.
pub(crate) fn pays(name: &str) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(_, extension)| COMPRESSIBLE.contains(&extension))
}

/// Compresses with brotli, for every browser of today.
pub(crate) fn brotli(bytes: &[u8], mode: Mode) -> Result<Vec<u8>> {
    let parameters = BrotliEncoderParams {
        quality: match mode {
            Mode::Release => 11,
            Mode::Debug => 2,
        },
        lgwin: 22,
        size_hint: bytes.len(),
        ..BrotliEncoderParams::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut compressed, &parameters)
        .context("brotli could not compress a file")?;
    Ok(compressed)
}

/// Compresses with gzip, for command line clients and old proxies.
pub(crate) fn gzip(bytes: &[u8], mode: Mode) -> Result<Vec<u8>> {
    let level = match mode {
        Mode::Release => Compression::best(),
        Mode::Debug => Compression::fast(),
    };
    // No file name and no time in the header: the same content gives the same bytes.
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder.write_all(bytes)?;
    encoder.finish().context("gzip could not compress a file")
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    const TEXT: &[u8] = b"mail for this domain goes to this smart host, on this port; \
        mail for that domain goes to that smart host, on that port";

    #[test]
    fn text_and_code_pay_but_pictures_do_not() {
        assert!(pays("pkg/0123/smart-hosts.js"));
        assert!(pays("favicon.svg"));
        assert!(!pays("icon.png"));
        assert!(!pays("LICENSE"));
    }

    #[test]
    fn brotli_keeps_the_content() {
        for mode in [Mode::Release, Mode::Debug] {
            let small = brotli(TEXT, mode).unwrap();
            assert!(small.len() < TEXT.len());
            let mut back = Vec::new();
            brotli::BrotliDecompress(&mut &*small, &mut back).unwrap();
            assert_eq!(back, TEXT);
        }
    }

    #[test]
    fn gzip_keeps_the_content_and_nothing_else() {
        let small = gzip(TEXT, Mode::Release).unwrap();
        assert_eq!(small, gzip(TEXT, Mode::Release).unwrap());
        let mut back = Vec::new();
        flate2::read::GzDecoder::new(&*small)
            .read_to_end(&mut back)
            .unwrap();
        assert_eq!(back, TEXT);
    }
}
