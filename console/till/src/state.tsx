import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react'
import { type Book, leave, NoAnswer, onReach, reach, readSession, Refused, type Session } from './api'
import { learn, remember } from './clock'
import { refreshBook, settle } from './journal'
import { forget, keep, kept, type Line, lines as readLines, tidy } from './store'

interface Till {
  session: Session
  /** '' where the brand has no shops */
  shop: string
  chooseShop: (shop: string | null) => void
  online: boolean
  lines: Line[]
  book: Book | undefined
  reload: () => Promise<void>
  /** sends what waits, now */
  send: () => Promise<void>
  signOut: () => Promise<void>
}

interface Boot {
  ready: boolean
  session: Session | undefined
  expired: boolean
  shop: string | null
  lines: Line[]
  online: boolean
  signedIn: (token: string, expiresAt: number) => Promise<void>
  chooseShop: (shop: string | null) => void
  till: Till | null
}

const Context = createContext<Till | null>(null)
export const TillProvider = ({ till, children }: { till: Till; children: ReactNode }) => <Context value={till}>{children}</Context>

export function useTill(): Till {
  const till = useContext(Context)
  if (!till) throw new Error('no TillProvider')
  return till
}

const first = 700 // after a request that was not answered, until the first look whether the server is back
const again = 5_000 // between two looks after a while
const refresh = 60_000 // between two readings of what is needed without a network

/** useOnline is whether the last request reached the server; without one it is what the phone believes. */
function useOnline(): boolean {
  const [online, set] = useState(navigator.onLine)
  useEffect(() => {
    const off = () => set(false)
    const on = () => void reach().catch(() => {})
    window.addEventListener('offline', off)
    window.addEventListener('online', on)
    const forgetReach = onReach(set)
    return () => {
      window.removeEventListener('offline', off)
      window.removeEventListener('online', on)
      forgetReach()
    }
  }, [])
  useEffect(() => {
    if (online) return
    let wait = first
    let timer: ReturnType<typeof setTimeout>
    const look = () => {
      if (navigator.onLine) void reach().catch(() => {})
      wait = Math.min(wait * 2, again)
      timer = setTimeout(look, wait)
    }
    timer = setTimeout(look, wait)
    return () => clearTimeout(timer)
  }, [online])
  return online
}

/** useBoot is everything the till knows: what was kept on the phone, and the work that goes on beside the clerk's. */
export function useBoot(): Boot {
  const online = useOnline()
  const [ready, setReady] = useState(false)
  const [session, setSession] = useState<Session>()
  const [expired, setExpired] = useState(false)
  const [shop, setShop] = useState<string | null>(null)
  const [lines, setLines] = useState<Line[]>([])
  const [book, setBook] = useState<Book>()

  const reload = useCallback(async () => setLines(await readLines()), [])
  useEffect(() => {
    void (async () => {
      await remember()
      await tidy()
      const [s, chosen, b] = await Promise.all([kept('session'), kept('shop'), kept('book'), reload()])
      setSession(s)
      setShop(chosen ?? null)
      setBook(b)
      setReady(true)
    })()
  }, [reload])

  const busy = useRef<Promise<void> | null>(null)
  const work = useCallback((fresh: boolean): Promise<void> => {
    busy.current ??= (async () => {
      try {
        await settle()
        if (fresh) setBook(await refreshBook())
      } catch (error) {
        if (error instanceof Refused && error.status === 401) setExpired(true)
        else if (!(error instanceof NoAnswer) && !(error instanceof Refused)) throw error
      } finally {
        busy.current = null
        await reload()
      }
    })()
    return busy.current
  }, [reload])

  const at = session?.account.id
  const usable = ready && at !== undefined && !expired && shop !== null
  useEffect(() => {
    if (!usable || !online) return
    void work(true)
    const timer = setInterval(() => void work(true), refresh)
    return () => clearInterval(timer)
  }, [usable, online, shop, at, work])
  const waiting = lines.some((l) => l.state === 'waiting')
  useEffect(() => {
    if (!usable || !online || !waiting) return
    const timer = setInterval(() => void work(false), again)
    return () => clearInterval(timer)
  }, [usable, online, waiting, work])

  const signedIn = useCallback(async (token: string, expiresAt: number) => {
    await keep('session', { token } as Session) // the next request needs it
    const said = await readSession()
    learn(said.now)
    const whole: Session = { ...said, token, expires_at: expiresAt }
    const before = await kept('book')
    if (before && before.brand_id !== said.brand.id) await forget('book')
    await keep('session', whole)
    const known = await kept('shop')
    const one = said.shops.length === 0 ? '' : said.shops.length === 1 ? said.shops[0]!.id : null
    const chosen = known !== undefined && (said.shops.some((s) => s.id === known)) ? known : one
    if (chosen === null) await forget('shop')
    else await keep('shop', chosen)
    setShop(chosen)
    setSession(whole)
    setExpired(false)
  }, [])

  const chooseShop = useCallback((next: string | null) => {
    void (next === null ? forget('shop') : keep('shop', next)).then(() => setShop(next))
  }, [])
  const signOut = useCallback(async () => {
    await leave().catch(() => { /* without a network the session ends by itself, within a day */ })
    await forget('session')
    await forget('book')
    setSession(undefined)
    setBook(undefined)
  }, [])
  const send = useCallback(() => work(false), [work])

  const till = useMemo<Till | null>(
    () => (session && shop !== null ? { session, shop, chooseShop, online, lines, book, reload, send, signOut } : null),
    [session, shop, chooseShop, online, lines, book, reload, send, signOut],
  )
  return { ready, session, expired, shop, lines, online, signedIn, chooseShop, till }
}
