//! Where the evidence lies, as one setting says it: a folder or `s3://BUCKET/PREFIX`. Opens nothing.

use std::{collections::BTreeMap, fmt, path::PathBuf};

/// Where the evidence lies. What is shown of it never holds a secret.
#[derive(Clone, PartialEq, Eq)]
pub enum EvidenceUrl {
    /// A folder.
    Folder(PathBuf),
    /// A bucket.
    S3 {
        /// Its name.
        bucket: String,
        /// What every name in it begins with.
        prefix: String,
        /// The usual `AWS_…` variables, in lower case.
        options: BTreeMap<String, String>,
    },
}

/// What names begin with when the setting says nothing.
const PREFIX: &str = "evidence";

/// A text that says no place for the evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "nơi lưu minh chứng không đọc được; viết đường dẫn thư mục hoặc s3://THÙNG/TIỀN_TỐ / the place of the evidence cannot be \
     read; write a folder or s3://BUCKET/PREFIX"
)]
pub struct InvalidEvidenceUrl;

impl EvidenceUrl {
    /// Reads the setting. Of the environment, a bucket takes the `AWS_…` variables.
    pub fn read(
        text: &str,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, InvalidEvidenceUrl> {
        let Some(rest) = text.strip_prefix("s3://") else {
            let is_folder = !text.is_empty() && !text.contains("://");
            return if is_folder { Ok(Self::Folder(text.into())) } else { Err(InvalidEvidenceUrl) };
        };
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
        let prefix = prefix.trim_matches('/');
        if bucket.is_empty()
            || !is_name(bucket)
            || prefix.split('/').any(|part| !is_name(part) || part.starts_with('.'))
        {
            return Err(InvalidEvidenceUrl);
        }
        let of_aws = |(name, value): (String, String)| {
            Some((name.to_ascii_lowercase(), value)).filter(|_| name.starts_with("AWS_"))
        };
        Ok(Self::S3 {
            bucket: bucket.to_owned(),
            prefix: if prefix.is_empty() { PREFIX } else { prefix }.to_owned(),
            options: environment.into_iter().filter_map(of_aws).collect(),
        })
    }
}

impl fmt::Display for EvidenceUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => write!(f, "{}", folder.display()),
            Self::S3 { bucket, prefix, .. } => write!(f, "s3://{bucket}/{prefix}"),
        }
    }
}

impl fmt::Debug for EvidenceUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_and_shown_without_secrets() {
        let environment =
            || [("AWS_SECRET_ACCESS_KEY", "bimat"), ("HOME", "/root")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        for (text, shown) in [
            ("/srv/minh-chung", "/srv/minh-chung"),
            ("evidence", "evidence"),
            ("s3://kho", "s3://kho/evidence"),
            ("s3://kho.tinh-1/nam/2026/", "s3://kho.tinh-1/nam/2026"),
        ] {
            let url = EvidenceUrl::read(text, environment()).expect("a place");
            assert_eq!((url.to_string(), format!("{url:?}")), (shown.to_owned(), shown.to_owned()));
            if let EvidenceUrl::S3 { options, .. } = url {
                assert_eq!(
                    options.into_iter().collect::<Vec<_>>(),
                    [("aws_secret_access_key".to_owned(), "bimat".to_owned())]
                );
            }
        }
        for wrong in ["", "s3://", "s3:///a", "s3://a/../b", "s3://user:bimat@kho/a", "https://kho/a"] {
            assert_eq!(EvidenceUrl::read(wrong, environment()), Err(InvalidEvidenceUrl), "{wrong}");
        }
    }
}
