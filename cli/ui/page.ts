import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Html, html } from './html';

/** A view of the page, as far as its frame needs it. */
export interface View {
  /** Of the document, without the name of the program. */
  title: string;
  content: Html;
}

/** What the frame of a page says beside its view. */
export interface Frame {
  /** The system as a person calls it. */
  label: string;
  /** Links to the views, with where they lead. */
  links: readonly { name: string; href: string; isHere: boolean }[];
  /** In milliseconds since 1970. */
  now: number;
  /** Whether the page is kept up to date by its script; one that is a file is not. */
  isLive: boolean;
}

/** By which a page of ours is told from any other file. */
export const GENERATOR = '<meta name="generator" content="lambda-ec2">';

const STYLE = readFileSync(path.join(__dirname, 'style.css'), 'utf8');
const SCRIPT = readFileSync(path.join(__dirname, 'browser.js'), 'utf8');

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing but this very style and script, and nothing from anywhere; a live page may ask its own server. */
export function contentPolicy(isLive: boolean): string {
  const allowed = [`style-src ${hashOf(STYLE)}`, `script-src ${hashOf(SCRIPT)}`, 'img-src data:', "base-uri 'none'"];
  const server = isLive ? ["connect-src 'self'", "form-action 'self'"] : ["form-action 'none'"];
  return ["default-src 'none'", ...allowed, ...server].join('; ');
}

/** The whole document of a view. */
export function page({ title, content }: View, { label, links, now, isLive }: Frame): string {
  const document = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
${new Html(GENERATOR)}
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy(isLive)}">
<title>${title} - lambda-ec2</title><link rel="icon" href="data:,"><style>${new Html(STYLE)}</style></head>
<body${isLive && new Html(' data-live')}><a class="skip" href="#main">Skip to the content</a>
<header><p><b>lambda-ec2</b> ${label}</p>
<nav aria-label="Views"><ul>${links.map(
    ({ name, href, isHere }) =>
      html`<li><a href="${href}"${isHere && new Html(' aria-current="page"')}>${name}</a></li>`,
  )}</ul></nav></header>
<main id="main" tabindex="-1">${content}</main>
<footer><p role="status" id="said"></p><p>As of <span id="as-of" data-part>${clock(now)} UTC</span>. <button type="button" id="pause" hidden>Pause updates</button></p></footer>
<script>${new Html(SCRIPT)}</script></body></html>
`;
  return document.text;
}

/** A time in milliseconds since 1970 for people, in UTC. */
function clock(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

/** A time in ISO 8601 for people, in UTC to the minute. */
export function shortTime(iso: string | null | undefined): string {
  return iso ? iso.slice(0, 16).replace('T', ' ') : '';
}
