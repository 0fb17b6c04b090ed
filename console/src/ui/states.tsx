import type { ReactNode } from 'react'
import { ApiError } from '../api'
import { type T, useText } from '../text'
import { Icon, type IconName } from './icons'

/** told is what to say about a failure: the server's own words if it gave any. */
export function told(error: unknown, t: T): string {
  if (error instanceof ApiError) {
    if (error.status === 0) return t('error.network')
    if (error.message) return error.message
  }
  return t('error.unknown')
}

/** Waiting holds the place of a page that has not come yet. */
export function Waiting({ page = false }: { page?: boolean }) {
  const { t } = useText()
  return (
    <div className={page ? 'state state-page' : 'waiting'} role="status">
      <span className="sr">{t('state.loading')}</span>
      {page ? <span className="pulse" /> : <><i /><i /><i /></>}
    </div>
  )
}

export function Failed({ error, retry, page = false }: { error: unknown; retry: () => void; page?: boolean }) {
  const { t } = useText()
  const box = (
    <div className={page ? 'state state-page' : 'state card'} role="alert">
      <span className="state-icon bad"><Icon name="alert" size={22} /></span>
      <h2>{t('error.title')}</h2>
      <p>{told(error, t)}</p>
      <button type="button" className="button primary" onClick={retry}>{t('state.retry')}</button>
    </div>
  )
  return page ? <main>{box}</main> : box
}

/** Empty says what will appear here and why nothing does yet. */
export function Empty({ icon, title, text, children }: { icon: IconName; title: string; text: string; children?: ReactNode }) {
  return (
    <div className="state">
      <span className="state-icon"><Icon name={icon} size={22} /></span>
      <h2>{title}</h2>
      <p>{text}</p>
      {children}
    </div>
  )
}
