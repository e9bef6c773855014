import type { ListedVersion } from '../json/settings-history';
import { type Html, html } from './html';
import { shortTime, type View } from './page';

/** The template versions: who wrote each and why, which is the default, and what differs. */
export function versionsView(versions: readonly ListedVersion[], total: number): View {
  return { title: 'Template versions', content: html`<h1>Template versions</h1>${versionTable(versions, total)}` };
}

/** The same without a heading of its own. `total`: how many there are, listed or not. */
export function versionTable(versions: readonly ListedVersion[], total: number): Html {
  if (versions.length === 0) return html`<p>There is no version.</p>`;
  const older = total - versions.length;
  return html`<div class="wide"><table><caption>What jobs start from, the newest first${older > 0 && `; ${older} older ones are left out`}</caption>
<thead><tr><th scope="col">Version<th scope="col">Written (UTC)<th scope="col">By<th scope="col">Why<th scope="col">What differs<th scope="col">Image</thead>
<tbody>${versions.map(row)}</tbody></table></div>`;
}

function row(one: ListedVersion): Html {
  const isDefault = one.is_default && html`<strong>default</strong>`;
  return html`<tr><th scope="row">${one.version} ${isDefault}<td class="t">${shortTime(one.created)}<td><span title="${one.created_by}">${one.author}</span><td>${one.note}<td>${changes(one)}<td>${one.image_id ?? 'none'}
`;
}

function changes({ compared_with, changes: all }: ListedVersion): Html {
  if (compared_with === null) return html`the first`;
  if (all.length === 0) return html`nothing from ${compared_with}`;
  return html`from ${compared_with}:<ul>${all.map(
    ({ name, old, new: now }) =>
      html`<li>${name}: <del>${old || '(nothing)'}</del> to <ins>${now || '(nothing)'}</ins></li>`,
  )}</ul>`;
}
