import { useEffect, useRef, useState } from 'react'
import { Icon, type IconName } from './icons'
import { useTill } from './state'
import { useText } from './text'

export type Page = 'desk' | 'recent' | 'sheet' | 'journal'

/** Bar says where the clerk is, whether there is a network, and what waits on this phone. */
export function Bar({ page, go }: { page: Page; go: (page: Page) => void }) {
  const { t } = useText()
  const { session, shop, online, lines } = useTill()
  const [open, setOpen] = useState(false)
  const name = session.shops.find((s) => s.id === shop)?.name ?? session.brand.name
  const waiting = lines.filter((l) => l.state === 'waiting').length
  const refused = lines.filter((l) => l.state === 'refused' && !l.seen).length
  return (
    <header className="bar">
      <div className="bar-row">
        <span className="bar-shop"><Icon name="shop" />{name}</span>
        <button type="button" className="icon-button" aria-label={t('menu.open')} aria-haspopup="dialog" onClick={() => setOpen(true)}><Icon name="menu" /></button>
      </div>
      <div role="status">
        {(!online || waiting > 0) && (
          <button type="button" className="banner warn" data-online={online} data-waiting={waiting} onClick={() => go(page === 'journal' ? 'desk' : 'journal')}>
            <Icon name={online ? 'up' : 'cloud'} />
            {online ? t('net.waiting', { n: waiting }) : waiting > 0 ? t('net.offWaiting', { n: waiting }) : t('net.off')}
          </button>
        )}
        {refused > 0 && (
          <button type="button" className="banner bad" onClick={() => go('journal')}><Icon name="alert" />{t('net.refused', { n: refused })}</button>
        )}
      </div>
      {open && <Menu close={() => setOpen(false)} />}
    </header>
  )
}

function Menu({ close }: { close: () => void }) {
  const { t, other } = useText()
  const { session, book, lines, chooseShop, signOut } = useTill()
  const waiting = lines.filter((l) => l.state === 'waiting').length
  return (
    <Modal label={t('menu.open')} close={close}>
      <p className="menu-who">{session.account.name || session.brand.name}<span>{session.community.name}</span></p>
      <p className={book ? 'note good' : 'note warn'}><Icon name={book ? 'check' : 'alert'} />{book ? t('net.ready', { n: book.limits.tickets }) : t('net.notReady')}</p>
      {session.shops.length > 1 && <button type="button" className="button wide" onClick={() => chooseShop(null)}><Icon name="shop" />{t('shop.change')}</button>}
      <button type="button" className="button wide" lang={t('lang.other') === 'English' ? 'en' : 'zh-Hans'} onClick={other}>{t('lang.other')}</button>
      {waiting > 0 ? <p className="note warn"><Icon name="wait" />{t('menu.keep', { n: waiting })}</p>
        : <button type="button" className="button wide" onClick={() => void signOut()}>{t('menu.signOut')}</button>}
      <button type="button" className="button quiet wide" onClick={close}>{t('close')}</button>
    </Modal>
  )
}

/** Modal is a dialog from the bottom, where the thumb is. */
export function Modal({ label, close, children }: { label: string; close: () => void; children: React.ReactNode }) {
  const ref = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const dialog = ref.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])
  return (
    <dialog ref={ref} className="modal" aria-label={label} onCancel={(e) => { e.preventDefault(); close() }}
      onClick={(e) => { if (e.target === ref.current) close() }}>
      <div className="modal-body">{children}</div>
    </dialog>
  )
}

const pages: { page: Page; icon: IconName; key: 'nav.desk' | 'nav.recent' | 'nav.sheet' }[] = [
  { page: 'desk', icon: 'desk', key: 'nav.desk' },
  { page: 'recent', icon: 'recent', key: 'nav.recent' },
  { page: 'sheet', icon: 'sheet', key: 'nav.sheet' },
]

export function Nav({ page, go }: { page: Page; go: (page: Page) => void }) {
  const { t } = useText()
  return (
    <nav className="nav" aria-label={t('nav.label')}>
      {pages.map((p) => (
        <button key={p.page} type="button" aria-current={p.page === page ? 'page' : undefined} onClick={() => go(p.page)}>
          <Icon name={p.icon} size={22} />{t(p.key)}
        </button>
      ))}
    </nav>
  )
}
