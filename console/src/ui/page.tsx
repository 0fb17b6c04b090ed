import { type ReactNode, useEffect } from 'react'
import { useText } from '../text'

interface Props {
  title: string
  sub?: ReactNode
  /** of a page that keeps asking: whether the last answer came */
  live?: 'fresh' | 'stale'
  actions?: ReactNode
  children: ReactNode
}

/** Page is a title and what stands below it. */
export function Page({ title, sub, live, actions, children }: Props) {
  const { t } = useText()
  useEffect(() => {
    document.title = `${title} · ${t('app.name')}`
  }, [title, t])
  return (
    <>
      <header className="page-head">
        <h1>{title}</h1>
        {sub && <p className="page-sub">{sub}</p>}
        {live === 'fresh' && <span className="live"><i />{t('app.live')}</span>}
        {live === 'stale' && <span className="live stale" role="status"><i />{t('app.stale')}</span>}
        {actions && <div className="page-actions">{actions}</div>}
      </header>
      {children}
    </>
  )
}
