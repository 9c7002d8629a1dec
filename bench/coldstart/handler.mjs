// A Node handler with its AWS SDK that puts one item, and the loop that Lambda's own Node runtime runs around it.
import http from "node:http";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";

const client = new DynamoDBClient({ endpoint: process.env.AWS_ENDPOINT_URL });

async function handler(event) {
  const complaint = JSON.parse(event.body);
  const item = { pk: { S: "C#1" }, sk: { S: "HEAD" }, v: { N: "1" }, j: { S: JSON.stringify(complaint) } };
  await client.send(new PutItemCommand({ TableName: process.env.KESU_TABLE, Item: item, ConditionExpression: "attribute_not_exists(pk)" }));
  return { statusCode: 201, body: JSON.stringify({ number: "1" }) };
}

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new http.Agent({ keepAlive: true });

function ask(method, path, body) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host, port, method, path: `/2018-06-01/runtime${path}`, agent }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("end", () => resolve({ headers: answer.headers, text: Buffer.concat(parts).toString() }));
    });
    request.on("error", reject);
    if (body) request.setHeader("content-length", Buffer.byteLength(body));
    request.end(body);
  });
}

for (;;) {
  const next = await ask("GET", "/invocation/next");
  const result = JSON.stringify(await handler(JSON.parse(next.text)));
  await ask("POST", `/invocation/${next.headers["lambda-runtime-aws-request-id"]}/response`, result);
}
