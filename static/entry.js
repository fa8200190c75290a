// The form of an entry: the little work that shows a person's browser is at the other end. Without it, or where the
// browser cannot hash (no https), the form only has to stand open for a while.
const place = document.querySelector('[data-proof]');
const hashes = globalThis.crypto?.subtle;

const proof = async (seal, bits) => {
  const encoder = new TextEncoder();
  for (let from = 0; ; from += 256) {
    const tried = await Promise.all(Array.from({ length: 256 }, (_, at) => hashes.digest('SHA-256', encoder.encode(`${seal}:${from + at}`))));
    const at = tried.findIndex(hash => new DataView(hash).getUint32(0) >>> (32 - bits) === 0);
    if (at >= 0) return from + at;
  }
};

if (place && hashes) place.value = await proof(place.form.elements._seal.value, Number(place.dataset.bits));
