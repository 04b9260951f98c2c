// Loaded by `node -r` before Frappe's socketio.js, which asks `<Origin>/api/method/frappe.realtime.*` who somebody is. The Origin that
// nginx names has no port, and its name need not lead anywhere from inside of a container, nor its certificate be one that node trusts.
// Here the Origin becomes a relay in this process, which asks the bench's own backend for the site that nginx named.
"use strict";
const http = require("http");

const [backend, port] = (process.env.BACKEND || "backend:8000").split(":");
const SITE = /^[a-z0-9][a-z0-9.-]*$/;
// The site, and nothing but what Frappe's realtime asks for.
const QUESTION = /^\/([a-z0-9][a-z0-9.-]*)(\/api\/method\/frappe\.realtime\.[a-z_]+(?:\?.*)?)$/;

const relay = http.createServer((question, answer) => {
	const match = QUESTION.exec(question.url);
	if (!match || question.method !== "GET") {
		answer.writeHead(404).end();
		return;
	}
	const headers = { host: match[1], "x-frappe-site-name": match[1], accept: "application/json" };
	for (const key of ["cookie", "authorization"]) {
		if (question.headers[key]) headers[key] = question.headers[key];
	}
	const asked = http.get({ host: backend, port, path: match[2], headers, timeout: 20000 }, (told) => {
		answer.writeHead(told.statusCode, told.headers);
		told.pipe(answer);
	});
	asked.on("timeout", () => asked.destroy(new Error("the backend does not answer")));
	asked.on("error", () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end()));
});
relay.listen(0, "127.0.0.1");
// Where socketio.js ends, so does this.
relay.unref();

const emit = http.Server.prototype.emit;
http.Server.prototype.emit = function (event, request, ...rest) {
	if (this !== relay && (event === "request" || event === "upgrade")) {
		const site = request.headers["x-frappe-site-name"];
		const at = relay.address();
		if (site && SITE.test(site) && at) {
			// Frappe demands that both name the same host.
			request.headers.host = "127.0.0.1";
			request.headers.origin = "http://127.0.0.1:" + at.port + "/" + site;
		} else {
			delete request.headers.origin;
		}
	}
	return emit.call(this, event, request, ...rest);
};
