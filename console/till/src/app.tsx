import { useState } from 'react'
import { Desk } from './desk'
import { Journal } from './journalpage'
import { Join, invitationCode } from './join'
import { Recent } from './recent'
import { Bar, Nav, type Page } from './shell'
import { Sheet } from './sheet'
import { ShopChoice, SignIn } from './signin'
import { TillProvider, useBoot } from './state'
import { TextProvider } from './text'

export function App() {
  const boot = useBoot()
  return (
    <TextProvider zone={boot.session?.community?.zone}>
      {boot.ready && <Screen boot={boot} />}
    </TextProvider>
  )
}

function Screen({ boot }: { boot: ReturnType<typeof useBoot> }) {
  const [page, setPage] = useState<Page>('desk')
  const [invitation, setInvitation] = useState(invitationCode)
  if (invitation) return <Join code={invitation} online={boot.online} done={async (s) => {
    history.replaceState(null, '', '/till/')
    setInvitation(null)
    if (s) await boot.signedIn(s.token, s.expires_at)
  }} />
  const waiting = boot.lines.filter((l) => l.state === 'waiting').length
  if (!boot.session?.account || (boot.expired && boot.online)) return <SignIn boot={boot} waiting={waiting} />
  if (!boot.till) return <ShopChoice session={boot.session} choose={boot.chooseShop} />
  return (
    <TillProvider till={boot.till}>
      <Bar page={page} go={setPage} />
      {page === 'desk' && <Desk />}
      {page === 'recent' && <Recent />}
      {page === 'sheet' && <Sheet />}
      {page === 'journal' && <Journal />}
      <Nav page={page} go={setPage} />
    </TillProvider>
  )
}
