//! What Frappe's socketio.js is told about where a browser came from, by a real node.

use std::process::Command;

use crate::support::disk;

#[test]
fn socketio_asks_the_bench_itself_who_somebody_is() {
    // A port that nobody has, as far as anybody can know.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let output = Command::new("node")
        .arg("-r")
        .arg(disk::path("src/provider/frappe/realtime.js"))
        .arg(disk::path("tests/it/realtime/socketio_double.js"))
        .env("BACKEND", format!("127.0.0.1:{port}"))
        .output()
        .expect("node, as in a bench's websocket container");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    let told: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line.strip_prefix("200 ").unwrap()).unwrap()).collect();
    assert_eq!(told.len(), 3, "{text}");
    assert_eq!(told[0]["host"], "127.0.0.1");
    assert_eq!(told[0]["origin"], "http://127.0.0.1:PORT/one.example.net");
    let learned = told[0]["learned"].as_array().unwrap();
    let asked: serde_json::Value =
        serde_json::from_str(learned[0].as_str().unwrap().strip_prefix("200 ").unwrap()).unwrap();
    assert_eq!(asked["asked"], "/api/method/frappe.realtime.get_user_info?sid=1");
    assert_eq!((&asked["host"], &asked["site"]), (&"one.example.net".into(), &"one.example.net".into()));
    assert_eq!(asked["cookie"], "sid=1");
    for other in &learned[1..] {
        assert_eq!(other, "404 ", "nothing but what realtime asks for");
    }
    // Whoever is not named by nginx is nobody: what a browser says of itself does not count.
    for nobody in &told[1..] {
        assert_eq!(nobody["origin"], "");
        assert_eq!(nobody["learned"][0], "no origin");
    }
}
