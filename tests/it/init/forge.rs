//! A stand-in for the API of a host of git: the comments of one pull request. It listens on this machine, speaks as much
//! HTTP as curl needs, and keeps what it was asked. It is not GitHub, GitLab or Forgejo; it answers as their documents say.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

/// What the one token is worth, and to whom its comments belong.
pub const TOKEN: &str = "ghs_5ecret-of-the-job";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Github,
    Gitlab,
    Forgejo,
}

pub const KINDS: [Kind; 3] = [Kind::Github, Kind::Gitlab, Kind::Forgejo];

impl Kind {
    /// The user that comments with the job's token.
    pub fn author(self) -> &'static str {
        match self {
            Self::Github => "github-actions[bot]",
            Self::Gitlab => "project_7_bot_1f",
            Self::Forgejo => "forgejo-actions",
        }
    }

    /// Where the comments of pull request 7 are.
    fn comments(self) -> &'static str {
        match self {
            Self::Github | Self::Forgejo => "/repos/acme/fleet/issues/7/comments",
            Self::Gitlab => "/projects/31/merge_requests/7/notes",
        }
    }

    /// Where one of them is changed, and by which method.
    fn one(self) -> (&'static str, &'static str) {
        match self {
            Self::Github | Self::Forgejo => ("PATCH", "/repos/acme/fleet/issues/comments/"),
            Self::Gitlab => ("PUT", "/projects/31/merge_requests/7/notes/"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    pub id: usize,
    pub author: String,
    pub body: String,
}

#[derive(Default)]
struct State {
    comments: Vec<Comment>,
    /// `POST /repos/…`
    asked: Vec<String>,
    revoked: bool,
}

pub struct Forge {
    kind: Kind,
    state: Arc<Mutex<State>>,
    pub url: String,
}

impl Forge {
    pub fn new(kind: Kind) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::<Mutex<State>>::default();
        let shared = Arc::clone(&state);
        // It ends with the test's process.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                answer(kind, &shared, &stream.unwrap());
            }
        });
        Self { kind, state, url }
    }

    /// Somebody comments by hand.
    pub fn comment(&self, author: &str, body: &str) {
        let mut state = self.state.lock().unwrap();
        let id = 1000 + state.comments.len();
        state.comments.push(Comment { id, author: author.to_owned(), body: body.to_owned() });
    }

    pub fn comments(&self) -> Vec<Comment> {
        self.state.lock().unwrap().comments.clone()
    }

    /// The comments of the job's token.
    pub fn ours(&self) -> Vec<Comment> {
        self.comments().into_iter().filter(|comment| comment.author == self.kind.author()).collect()
    }

    /// The token is worth nothing any more.
    pub fn revoke(&self) {
        self.state.lock().unwrap().revoked = true;
    }

    /// What was asked since the last time.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().unwrap().asked)
    }
}

fn answer(kind: Kind, state: &Mutex<State>, stream: &TcpStream) {
    let mut reader = BufReader::new(stream);
    let mut line = || {
        let mut text = String::new();
        reader.read_line(&mut text).unwrap();
        text.trim_end().to_owned()
    };
    let first = line();
    let headers: Vec<(String, String)> = std::iter::from_fn(|| Some(line()).filter(|line| !line.is_empty()))
        .map(|line| line.split_once(": ").map(|(k, v)| (k.to_lowercase(), v.to_owned())).unwrap())
        .collect();
    let header = |name: &str| headers.iter().find(|(k, _)| k == name).map(|(_, v)| v.as_str());
    if header("expect").is_some() {
        (&*stream).write_all(b"HTTP/1.1 100 Continue\r\n\r\n").unwrap();
    }
    let mut body = vec![0; header("content-length").map_or(0, |length| length.parse().unwrap())];
    reader.read_exact(&mut body).unwrap();

    let mut words = first.split(' ');
    let (method, target) = (words.next().unwrap(), words.next().unwrap());
    let mut state = state.lock().unwrap();
    state.asked.push(format!("{method} {target}"));
    let (status, value) = if !state.revoked && header("authorization") == Some(&format!("Bearer {TOKEN}")) {
        route(kind, &mut state, method, target, &body)
    } else {
        ("401 Unauthorized", json!({"message": "Bad credentials"}))
    };
    let text = value.to_string();
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", text.len());
    (&*stream).write_all((head + &text).as_bytes()).unwrap();
}

fn route(kind: Kind, state: &mut State, method: &str, target: &str, body: &[u8]) -> (&'static str, Value) {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let given = || serde_json::from_slice::<Value>(body).unwrap()["body"].as_str().unwrap().to_owned();
    let (change, one) = kind.one();
    if method == "GET" && path == "/user" && kind == Kind::Gitlab {
        return ("200 OK", json!({"username": kind.author()}));
    }
    if method == "GET" && path == kind.comments() {
        let number = |name: &str| {
            let value = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")));
            value.map(|value| value.parse::<usize>().unwrap())
        };
        // Forgejo knows no pages here. The others have 20 or 30 on one unless asked for more.
        let (size, page) = if kind == Kind::Forgejo {
            (usize::MAX, 1)
        } else {
            (number("per_page").unwrap_or(20), number("page").unwrap_or(1))
        };
        let all = state.comments.iter().skip(size.saturating_mul(page - 1)).take(size);
        return ("200 OK", all.map(|comment| shape(kind, comment)).collect());
    }
    if method == "POST" && path == kind.comments() {
        let comment =
            Comment { id: 5000 + state.comments.len(), author: kind.author().to_owned(), body: given() };
        let answer = shape(kind, &comment);
        state.comments.push(comment);
        return ("201 Created", answer);
    }
    let id = path.strip_prefix(one).and_then(|id| id.parse::<usize>().ok());
    match state.comments.iter_mut().find(|comment| method == change && Some(comment.id) == id) {
        Some(comment) => {
            comment.body = given();
            ("200 OK", shape(kind, comment))
        }
        None => ("404 Not Found", json!({"message": "Not Found"})),
    }
}

fn shape(kind: Kind, comment: &Comment) -> Value {
    let Comment { id, author, body } = comment;
    match kind {
        Kind::Github | Kind::Forgejo => json!({"id": id, "user": {"login": author}, "body": body}),
        Kind::Gitlab => json!({"id": id, "author": {"username": author}, "body": body, "system": false}),
    }
}
