// A double of Frappe's socketio.js and of a backend behind it, in one process: what it is told and what it learns at its Origin, a line a
// request. The real one was tried by hand with real Frappe.
"use strict";
const http = require("http");

const backend = http.createServer((request, answer) => {
	const { host, cookie } = request.headers;
	answer.end(JSON.stringify({ asked: request.url, host, site: request.headers["x-frappe-site-name"], cookie }));
});
// It is another process's in a bench: what is loaded before socketio.js does not reach it.
backend.emit = require("events").prototype.emit;
const get = (url, headers) =>
	new Promise((resolve) => {
		http.get(url, { headers }, (answer) => {
			let text = "";
			answer.on("data", (part) => (text += part));
			answer.on("end", () => resolve(`${answer.statusCode} ${text}`));
		}).on("error", (error) => resolve(error.code));
	});

const server = http.createServer(async (request, answer) => {
	const { host, origin } = request.headers;
	const paths = JSON.parse(request.headers.paths);
	const learned = [];
	for (const path of paths) learned.push(origin ? await get(origin + path, { cookie: "sid=1" }) : "no origin");
	answer.end(JSON.stringify({ host, origin: (origin || "").replace(/:\d+/, ":PORT"), learned }));
});
backend.listen(Number(process.env.BACKEND.split(":")[1]), "127.0.0.1", () => {
	server.listen(0, "127.0.0.1", async () => {
		const url = `http://127.0.0.1:${server.address().port}/socket.io/`;
		const who = "/api/method/frappe.realtime.get_user_info?sid=1";
		const others = ["/api/method/frappe.auth.get_logged_user", "/../api/method/frappe.realtime.x", "/"];
		const paths = JSON.stringify([who, ...others]);
		for (const site of ["one.example.net", "UPPER/../x", ""]) {
			const headers = { origin: "https://elsewhere.example", paths };
			if (site) headers["x-frappe-site-name"] = site;
			console.log(await get(url, headers));
		}
		// Nothing else may keep the process alive.
		server.close();
		backend.close();
		server.closeAllConnections();
		backend.closeAllConnections();
	});
});
