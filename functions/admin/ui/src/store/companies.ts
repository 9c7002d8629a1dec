// Customers who are written in several ways: which names are one customer, and names that may be, since they differ only in what
// names of companies carry. The words are the server's data.

/** A name as names are compared, as the server folds it: width, case and blanks make no difference. */
export function folded(name: string): string {
  return name
    .normalize("NFKC")
    .split(/[\s\u0085]+/)
    .filter((word) => word !== "")
    .join(" ")
    .toLowerCase();
}

/** That a name is counted under another, as both were written. */
export interface Merge {
  name: string;
  into: string;
}

/** Which names are one customer. */
export class Customers<One extends Merge = Merge> {
  private readonly said = new Map<string, One>();
  private readonly titles = new Map<string, string>();

  constructor(all: readonly One[]) {
    for (const one of all) this.said.set(folded(one.name), one);
    for (const one of all) if (folded(one.into) === this.of(folded(one.name))) this.titles.set(folded(one.into), one.into);
  }

  /** The folded name under which a folded name is counted; of a circle its first. */
  of(name: string): string {
    const seen: string[] = [];
    let at = name;
    for (;;) {
      const one = this.said.get(at);
      const next = one ? folded(one.into) : at;
      if (next === at) return at;
      if (seen.includes(at)) return seen.slice(seen.indexOf(at)).sort()[0] ?? at;
      seen.push(at);
      at = next;
    }
  }

  /** How the customer of a folded name is called, where somebody said that he has several names. */
  title(of: string): string | undefined {
    return this.titles.get(of);
  }

  /** What was said of a customer's names. */
  under(of: string): One[] {
    return [...this.said].filter(([name]) => name !== of && this.of(name) === of).map(([, one]) => one);
  }
}

export interface Words {
  suffixes: readonly string[];
  places: readonly string[];
}

const BRACKETS = /[([{【〔〈《「『]([^()[\]{}【】〔〕〈〉《》「」『』]*)[)\]}】〕〉》」』]/g;
const OF_A_PLACE = /(省|市|自治区|自治區|特别行政区|特別行政區)$/;

/** Reads names without what names of companies carry: places in brackets, and what they end in. */
export function barer(words: Words): (name: string) => string {
  const places = new Set(words.places);
  // Latin words with blanks around them, as they stand in a name that lost its points and commas.
  const suffixes = [...words.suffixes].sort((a, b) => b.length - a.length);
  const known = new Set(suffixes);
  const read = (name: string) => {
    const without = folded(name).replace(BRACKETS, (whole, inside: string) => {
      const plain = inside.trim();
      return known.has(plain) || places.has(plain) || places.has(plain.replace(OF_A_PLACE, "")) ? " " : whole;
    });
    let bare = without.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
    for (;;) {
      const suffix = suffixes.find((one) => ends(bare, one));
      const rest = suffix === undefined ? bare : bare.slice(0, -suffix.length).trim();
      if (rest === bare || [...rest].length < 2) return bare.replace(/ /g, "");
      bare = rest;
    }
  };
  // The register is looked through whenever a row changes; its names are the same ones.
  const seen = new Map<string, string>();
  return (name) => {
    const bare = seen.get(name) ?? read(name);
    seen.set(name, bare);
    return bare;
  };
}

function ends(name: string, suffix: string): boolean {
  if (!name.endsWith(suffix)) return false;
  const before = name.at(-suffix.length - 1) ?? "";
  return !/^[a-z]/.test(suffix) || !/[a-z0-9]/.test(before);
}

/** A customer as far as he is counted. */
export interface Counted {
  id: string;
  name: string;
  n: number;
}

/** Customers who may be one: each with the name under which they would be counted. */
export interface Proposal {
  into: string;
  all: Counted[];
}

/** Which customers differ only in what names of companies carry; those of whom there is most to say first. */
export function alike(customers: Iterable<Counted>, bare: (name: string) => string): Proposal[] {
  const groups = new Map<string, Counted[]>();
  for (const one of customers) {
    const key = bare(one.name);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  const sum = (all: readonly Counted[]) => all.reduce((n, one) => n + one.n, 0);
  return [...groups.values()]
    .filter((all) => all.length > 1)
    .map((all) => {
      const sorted = [...all].sort((a, b) => b.n - a.n || b.name.length - a.name.length || (a.id < b.id ? -1 : 1));
      // The fullest name is the one that papers carry.
      const fullest = sorted.reduce((most, one) => (one.name.length > most.name.length ? one : most));
      return { into: fullest.name, all: sorted };
    })
    .sort((a, b) => sum(b.all) - sum(a.all));
}
