import { type FormEvent, useEffect, useState } from 'react'
import { acceptInvitation, type Invited, lookInvitation } from './api'
import { Icon } from './icons'
import { Field, Front, said } from './signin'
import { useText } from './text'

/** invitationCode is what an invitation's link carries behind the #, which no server and no log ever sees. */
export function invitationCode(): string | null {
  return /^#join=([\w-]{6,128})$/.exec(location.hash)?.[1] ?? null
}

interface Props { code: string; online: boolean; done: (signedIn: { token: string; expires_at: number } | null) => Promise<void> }

/** Join makes a clerk's account from an invitation. */
export function Join({ code, online, done }: Props) {
  const { t } = useText()
  const [invited, setInvited] = useState<Invited>()
  const [wrong, setWrong] = useState('')
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    lookInvitation(code).then(setInvited, (error: unknown) => setWrong(said(error, t)))
  }, [code, online, t])
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const [login, name, password] = ['login', 'name', 'password'].map((k) => String(form.get(k)).trim())
    if (!login || !password) return setWrong(t('signin.need'))
    setBusy(true)
    try {
      await done(await acceptInvitation(code, login, name ?? '', password))
    } catch (error) {
      setWrong(said(error, t))
      setBusy(false)
    }
  }
  return (
    <Front>
      <form className="card form" onSubmit={(e) => void submit(e)} noValidate>
        <h1>{invited ? t('join.title', { shop: invited.shop_name, brand: invited.brand_name }) : t('join.look')}</h1>
        {wrong && <p className="note bad" role="alert"><Icon name="alert" />{wrong}</p>}
        {invited && (
          <>
            <p className="note good">{t(invited.manager ? 'join.manager' : 'join.clerk')}</p>
            <Field name="name" label={t('join.name')} autoComplete="name" defaultValue={invited.name} />
            <Field name="login" label={t('join.login')} autoComplete="username" />
            <Field name="password" label={t('join.password')} type="password" autoComplete="new-password" />
            <button type="submit" className="button primary wide" disabled={busy}>{t('join.submit')}</button>
          </>
        )}
        <button type="button" className="button quiet wide" onClick={() => void done(null)}>{t('join.back')}</button>
      </form>
    </Front>
  )
}
