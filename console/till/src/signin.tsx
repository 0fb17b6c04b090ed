import { type FormEvent, useState } from 'react'
import { Refused, type Session, signIn } from './api'
import { Icon } from './icons'
import type { useBoot } from './state'
import { type Key, useText } from './text'

export function Front({ children }: { children: React.ReactNode }) {
  const { t, other } = useText()
  return (
    <main className="front">
      <div className="front-top"><button type="button" className="button quiet" onClick={other}>{t('lang.other')}</button></div>
      <img src="/till/icon.svg" alt="" width="56" height="56" />
      <p className="front-name">{t('app.name')}</p>
      <p className="front-line">{t('app.line')}</p>
      {children}
    </main>
  )
}

export interface FieldProps { name: string; label: string; type?: string; autoComplete: string; defaultValue?: string }

export const Field = ({ name, label, ...rest }: FieldProps) => (
  <div className="field">
    <label htmlFor={name}>{label}</label>
    <input id={name} name={name} className="input" autoCapitalize="none" spellCheck={false} {...rest} />
  </div>
)

export function SignIn({ boot, waiting }: { boot: ReturnType<typeof useBoot>; waiting: number }) {
  const { t } = useText()
  const [busy, setBusy] = useState(false)
  const [wrong, setWrong] = useState('')
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const [login, password] = [String(form.get('login')).trim(), String(form.get('password'))]
    if (!login || !password) return setWrong(t('signin.need'))
    setBusy(true)
    try {
      const s = await signIn(login, password)
      await boot.signedIn(s.token, s.expires_at)
    } catch (error) {
      setWrong(said(error, t))
      setBusy(false)
    }
  }
  return (
    <Front>
      <form className="card form" onSubmit={(e) => void submit(e)} noValidate>
        <h1>{t('signin.title')}</h1>
        {!boot.online && <p className="note warn"><Icon name="cloud" />{t('signin.offline')}</p>}
        {waiting > 0 && <p className="note warn"><Icon name="wait" />{t('signin.waiting', { n: waiting })}</p>}
        {boot.expired && !wrong && <p className="note warn">{t('error.signedOut')}</p>}
        {wrong && <p className="note bad" role="alert"><Icon name="alert" />{wrong}</p>}
        <Field name="login" label={t('signin.login')} autoComplete="username" />
        <Field name="password" label={t('signin.password')} type="password" autoComplete="current-password" />
        <button type="submit" className="button primary wide" disabled={busy}>{t(busy ? 'signin.busy' : 'signin.submit')}</button>
      </form>
    </Front>
  )
}

/** said is a failure in the clerk's words. */
export function said(error: unknown, t: (key: Key) => string): string {
  if (error instanceof Refused) return error.message
  return t('error.noAnswer')
}

export function ShopChoice({ session, choose }: { session: Session; choose: (shop: string) => void }) {
  const { t } = useText()
  return (
    <Front>
      <section className="card form">
        <h1>{t('shop.title')}</h1>
        {session.shops.map((s) => (
          <button key={s.id} type="button" className="button choice" onClick={() => choose(s.id)}>
            <Icon name="shop" /><span>{s.name}<small>{s.paused_at ? t('shop.paused') : s.address}</small></span>
          </button>
        ))}
      </section>
    </Front>
  )
}
