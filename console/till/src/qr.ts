// The rotating picture of a voucher, read without a network: the same format as offers/qr.go. The phone holds public keys only,
// so it can tell a true picture from a false one and cannot make any.
import { verifyAsync } from '@noble/ed25519'

export const windowMillis = 30_000
const mark = 'S1.'
const headLength = 35
const signatureLength = 64
const domain = 'siyu voucher qr\0'

export interface QR {
  text: string
  key: number
  voucher: string
  terms: string
  brand: string
  validTo: number
  window: number
  head: Uint8Array<ArrayBuffer>
  signature: Uint8Array<ArrayBuffer>
}

/** isQR reports whether a text was scanned rather than typed. */
export const isQR = (text: string) => text.trim().startsWith(mark)

/** parseQR reads a picture's text; null if it is not one of a voucher. */
export function parseQR(text: string): QR | null {
  const said = text.trim()
  if (!said.startsWith(mark) || !/^[\w-]{132}$/.test(said.slice(mark.length))) return null
  const raw = bytes(said.slice(mark.length))
  if (raw.length !== headLength + signatureLength || raw[0] !== 1) return null
  const head = raw.slice(0, headLength)
  const view = new DataView(head.buffer)
  return {
    text: said,
    key: view.getUint16(1),
    voucher: String(view.getBigUint64(3)),
    terms: String(view.getBigUint64(11)),
    brand: String(view.getBigUint64(19)),
    validTo: view.getUint32(27) * 1000,
    window: view.getUint32(31),
    head,
    signature: raw.slice(headLength),
  }
}

/** bytes reads base64url. */
export function bytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replace(/-/g, '+').replace(/_/g, '/'))
  return Uint8Array.from(plain, (c) => c.charCodeAt(0))
}

/** genuine reports whether a picture was signed with a key: by the browser itself, or by a library where it cannot. */
export async function genuine(q: QR, publicKey: string): Promise<boolean> {
  const key = bytes(publicKey)
  const message = new Uint8Array([...new TextEncoder().encode(domain), ...q.head])
  try {
    const imported = await crypto.subtle.importKey('raw', key, { name: 'Ed25519' }, false, ['verify'])
    return await crypto.subtle.verify({ name: 'Ed25519' }, imported, q.signature, message)
  } catch {
    return verifyAsync(q.signature, message, key).catch(() => false)
  }
}
