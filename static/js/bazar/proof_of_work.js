// @ts-check
// Compute the proof of work of a submission: a number whose hash with the seal starts with enough zero bits. Without
// this file, or where the browser cannot hash (no https), the form only has to stay open for a while.
const BATCH = 256;
const input = document.querySelector("[data-proof]");
const subtle = globalThis.crypto?.subtle;

async function findProof(seal, bits) {
  const encoder = new TextEncoder();
  for (let start = 0; ; start += BATCH) {
    const hashes = await Promise.all(
      Array.from({ length: BATCH }, (_, index) =>
        subtle.digest("SHA-256", encoder.encode(`${seal}:${start + index}`)),
      ),
    );
    const index = hashes.findIndex(hash => new DataView(hash).getUint32(0) >>> (32 - bits) === 0);
    if (index >= 0) return start + index;
  }
}

if (input && subtle) {
  input.value = await findProof(input.form.elements._seal.value, Number(input.dataset.bits));
}
