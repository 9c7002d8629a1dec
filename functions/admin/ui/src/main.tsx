// Where the workbook starts.

import { render } from "preact";
import { App } from "./app";
import "./book.css";

const place = document.getElementById("book");
if (place) render(<App />, place);
