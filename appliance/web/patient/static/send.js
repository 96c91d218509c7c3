const token = document.querySelector('meta[name="csrf-token"]').content;
const LONGEST = 10000;

// The code of the trouble, or "" when the touch arrived.
export async function send(address, body) {
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRF-Token": token },
      body: JSON.stringify(body),
      cache: "no-store",
      signal: AbortSignal.timeout(LONGEST),
    });
    if (answer.ok) return "";
    return (await answer.json()).error.code;
  } catch {
    return "BOX-003";
  }
}
