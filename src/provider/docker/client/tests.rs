//! Versions are compared as numbers, and addresses we can't use say what works.

use super::{Engine, new_enough};
use crate::provider::ErrorKind;

#[test]
fn versions_are_numbers() {
    assert!(new_enough("1.40", "19.03.0").is_ok());
    assert!(new_enough("1.100", "99.0").is_ok());
    let error = new_enough("1.39", "18.09.1").unwrap_err();
    assert_eq!(error.kind, ErrorKind::TooOld);
    assert!(error.message.contains("18.09.1") && error.message.contains("1.39"));
    assert!(new_enough("", "").is_err());
}

#[tokio::test]
async fn what_cannot_be_reached_says_why() {
    let error = Engine::connect(Some("npipe:////./pipe/docker_engine")).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Invalid);
    assert!(error.advice.unwrap().contains("ssh://"));
    let error = Engine::connect(Some("unix:///nonexistent/docker.sock")).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unreachable);
    let error = Engine::connect(Some("tcp://127.0.0.1:9")).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unreachable, "{error:?}");
}

#[tokio::test]
async fn an_engine_that_is_too_old_is_refused_with_both_versions() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = format!("tcp://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 4096];
        let _ = stream.read(&mut request).await.unwrap();
        let body = r#"{"Version":"18.09.1","ApiVersion":"1.39"}"#;
        let head =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: ";
        stream.write_all(format!("{head}{}\r\n\r\n{body}", body.len()).as_bytes()).await.unwrap();
    });
    let error = Engine::connect(Some(&at)).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::TooOld, "{error:?}");
    assert!(error.message.contains("18.09.1") && error.message.contains("1.39"), "{error}");
}
