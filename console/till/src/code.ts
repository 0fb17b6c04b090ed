// The typed code, checked on the phone: the same arithmetic as on the server (offers/code.go), so a mistyped code costs no
// request and does not count as a guess.
const symbols = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const length = 12

/** times multiplies in GF(32), modulo x^5 + x^2 + 1. */
function times(a: number, b: number): number {
  let product = 0
  for (; b > 0; b >>= 1) {
    if (b & 1) product ^= a
    a <<= 1
    if (a & 32) a ^= 0b100101
  }
  return product
}

/** symbolsOf keeps what is a symbol of a code, each as the server would read it. */
export function symbolsOf(typed: string): string {
  return typed.normalize('NFKC').toUpperCase().replace(/O/g, '0').replace(/[IL]/g, '1').replace(/U/g, 'V').replace(/[^0-9A-HJKMNP-TV-Z]/g, '')
}

/** grouped writes a code, or the beginning of one, as people read it. */
export function grouped(typed: string): string {
  return symbolsOf(typed).slice(0, length).replace(/(.{4})(?=.)/g, '$1-')
}

/** isCode reports whether this is a whole code without a typing error. */
export function isCode(typed: string): boolean {
  const code = symbolsOf(typed)
  if (code.length !== length) return false
  let sum = 0
  let weight = 1
  for (const c of code.slice(0, length - 1)) {
    weight = times(weight, 2)
    sum ^= times(weight, symbols.indexOf(c))
  }
  return sum === symbols.indexOf(code[length - 1]!)
}
